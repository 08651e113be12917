import { useRef } from "preact/hooks";
import type { Remaining } from "../api/types";
import { now } from "./clock";
import { percent } from "./format";
import { Countdown, likelyText, remainingText } from "./remaining";

export type BarTone = "running" | "waiting" | "finished" | "failed" | "cancelled";

export interface EstimateBarProps {
  /** How much is done, 0…1, and between what it lies. */
  estimate: { fraction: number; low: number; high: number };
  /** What is left, with its range or only the likely seconds; null or none: not known. */
  remaining?: Remaining | number | null;
  tone?: BarTone;
  /** What the bar is about, for those who cannot see it. */
  label?: string;
  /** In place of the remaining time, for example the phase of a job that waits. */
  text?: string;
  /** No words beside the bar: for rows that have them elsewhere. */
  bare?: boolean;
}

/** A bar with what is done, the range in which the truth lies as a paler span, and the time that remains. */
export function EstimateBar(props: EstimateBarProps) {
  const { estimate, tone = "running", label = "Progress", bare = false } = props;
  const left = useRemainingText(props.remaining ?? null, tone === "running");
  const words = props.text ?? left;
  const done = percent(estimate.fraction);
  return (
    <div class={`estimate estimate-${tone}`}>
      <div
        class="estimate-track"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(estimate.fraction * 100)}
        aria-valuetext={[done, words].filter(Boolean).join(", ")}
        title={`${done} done, between ${percent(estimate.low)} and ${percent(estimate.high)}`}
      >
        <div class="estimate-range" style={{ width: width(estimate.high) }} />
        <div class="estimate-likely" style={{ width: width(estimate.fraction) }} />
        <div class="estimate-sure" style={{ width: width(Math.min(estimate.low, estimate.fraction)) }} />
      </div>
      {bare ? null : (
        <div class="estimate-words" aria-hidden="true">
          <span class="estimate-done">{done}</span>
          <span class="estimate-left">{words}</span>
        </div>
      )}
    </div>
  );
}

/** Count a remaining time down, second by second, and write it; empty while it is not known. */
export function useRemainingText(remaining: Remaining | number | null, isRunning: boolean): string {
  const countdown = useRef(new Countdown());
  const heard = useRef<Remaining | number | null>(null);
  if (!isRunning) return "";
  const seconds = now.value / 1_000;
  if (remaining !== heard.current) {
    heard.current = remaining;
    countdown.current.hear(rangeOf(remaining), Date.now() / 1_000);
  }
  const left = countdown.current.left(seconds);
  if (left === null) return "";
  return typeof remaining === "number" ? likelyText(left.likely) : remainingText(left);
}

function rangeOf(remaining: Remaining | number | null): Remaining | null {
  if (typeof remaining !== "number") return remaining;
  return { low: remaining, likely: remaining, high: remaining };
}

function width(share: number): string {
  return `${(Math.min(1, Math.max(0, share)) * 100).toFixed(2)}%`;
}
