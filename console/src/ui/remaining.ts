/** How long the rest takes, in words that a person can watch: they count down and do not flicker. */

import type { Remaining } from "../api/types";

const MINUTE = 60;
const HOUR = 3600;
// Up to how many seconds a time is written in which steps.
const STEPS = [
  [MINUTE, 1],
  [10 * MINUTE, 10],
  [HOUR, MINUTE],
  [Infinity, 5 * MINUTE],
] as const;
const BOUND_STEPS = [
  [10, 1],
  [MINUTE, 5],
  [2 * MINUTE, 30],
  [HOUR, MINUTE],
  [Infinity, 10 * MINUTE],
] as const;
const NARROW_SHARE = 0.1; // a range that is narrower than this share of the time says nothing more
const HELD_SHARE = 0.15; // a held time gives way when the news is off by more: a share of it,
const HELD_SECONDS = 1; // and at least so many seconds

/** Write the likely time alone: `about 12 s left`. */
export function likelyText(seconds: number): string {
  return `about ${words(Math.max(1, inSteps(seconds, STEPS, Math.round)))} left`;
}

/** Write a remaining time with its range: `about 12 s left, 8 to 20 s`. */
export function remainingText(remaining: Remaining): string {
  const low = inSteps(remaining.low, BOUND_STEPS, Math.floor);
  const high = inSteps(remaining.high, BOUND_STEPS, Math.ceil);
  const about = likelyText(remaining.likely);
  if (remaining.high - remaining.low <= Math.max(1, NARROW_SHARE * remaining.likely)) return about;
  return low === 0 ? `${about}, up to ${bound(high)}` : `${about}, ${range(low, high)}`;
}

/** A moment at which something is expected; small corrections of it are passed over. Clock in seconds. */
export class Held {
  #at: number | null = null;

  hear(seconds: number, now: number): void {
    const tolerance = Math.max(HELD_SECONDS, HELD_SHARE * seconds);
    if (this.#at === null || Math.abs(now + seconds - this.#at) > tolerance) this.#at = now + seconds;
  }

  left(now: number): number {
    return this.#at === null ? 0 : Math.max(0, this.#at - now);
  }
}

/** Counts a remaining time down between the estimates that come, and past those that say nothing new. */
export class Countdown {
  #held: { low: Held; likely: Held; high: Held } | null = null;

  /** Take an estimate; null ends the countdown. */
  hear(remaining: Remaining | null, now: number): void {
    if (remaining === null) {
      this.#held = null;
      return;
    }
    this.#held ??= { low: new Held(), likely: new Held(), high: new Held() };
    this.#held.low.hear(remaining.low, now);
    this.#held.likely.hear(remaining.likely, now);
    this.#held.high.hear(remaining.high, now);
  }

  /** Give what is left at `now`. */
  left(now: number): Remaining | null {
    if (this.#held === null) return null;
    const [low, likely, high] = [this.#held.low, this.#held.likely, this.#held.high].map((held) =>
      held.left(now),
    );
    return { low: Math.min(low!, likely!), likely: likely!, high: Math.max(likely!, high!) };
  }
}

type Steps = readonly (readonly [number, number])[];

function inSteps(seconds: number, steps: Steps, whole: (value: number) => number): number {
  const [, step] = steps.find(([limit]) => seconds < limit) ?? [0, 1];
  return whole(seconds / step) * step;
}

function range(low: number, high: number): string {
  if (high < 2 * MINUTE) return `${low} to ${high} s`;
  if (low >= 2 * MINUTE && high < HOUR)
    return `${Math.floor(low / MINUTE)} to ${Math.floor(high / MINUTE)} min`;
  return `${bound(low)} to ${bound(high)}`;
}

function bound(seconds: number): string {
  return seconds < 2 * MINUTE ? `${seconds} s` : words(seconds);
}

function words(seconds: number): string {
  if (seconds < MINUTE) return `${seconds} s`;
  if (seconds < HOUR) {
    const rest = seconds % MINUTE;
    const minutes = `${Math.floor(seconds / MINUTE)} min`;
    return rest ? `${minutes} ${rest} s` : minutes;
  }
  const rest = Math.floor((seconds % HOUR) / MINUTE);
  const hours = `${Math.floor(seconds / HOUR).toLocaleString("en-US")} h`;
  return rest ? `${hours} ${rest} min` : hours;
}
