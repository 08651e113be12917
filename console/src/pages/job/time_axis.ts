import type { Job, Progress } from "../../api/types";

/** The stretch of time that the timeline is drawn over; epoch milliseconds. */
export interface Axis {
  begin: number;
  end: number;
}

/** A mark on the axis: its place 0…1, and how long after the beginning it is, in milliseconds. */
export interface Tick {
  place: number;
  ms: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Round spans of time between marks, in milliseconds. */
export const STEPS = [
  ...[10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((each) => each * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((each) => each * MINUTE),
  ...[1, 2, 3, 6, 12, 24, 48].map((each) => each * HOUR),
];
/** While a job runs the axis grows in such steps: bars grow in between, and seldom all of them move. */
const GROWTH = 1.25;

/** Give the axis of a job's timeline at the service's moment `now` (epoch ms). */
export function axisOf(job: Job, progress: Progress, now: number): Axis {
  let begin = job.started_at ?? Infinity;
  let last = job.started_at ?? 0;
  for (const subjob of progress.subjobs) {
    for (const span of [subjob, ...subjob.stages]) {
      begin = Math.min(begin, span.submission_time ?? Infinity);
      last = Math.max(last, span.completion_time ?? span.submission_time ?? 0);
    }
  }
  if (begin === Infinity) {
    begin = job.submitted_at;
  }
  if (job.ended_at !== null) {
    return { begin, end: Math.max(job.ended_at, last, begin + 1) };
  }
  return { begin, end: begin + grown(Math.max(now, last) - begin) };
}

/** Give where a moment is on the axis, 0…1. */
export function placeOf(axis: Axis, at: number): number {
  return Math.min(1, Math.max(0, (at - axis.begin) / (axis.end - axis.begin)));
}

/** Give marks at round times, at most `most` of them besides the beginning. */
export function ticksOf(axis: Axis, most: number): Tick[] {
  const length = axis.end - axis.begin;
  const days = DAY * Math.ceil(length / DAY / most);
  const step = STEPS.find((each) => length / each <= most) ?? days;
  const ticks: Tick[] = [];
  for (let ms = 0; ms <= length; ms += step) {
    ticks.push({ place: ms / length, ms });
  }
  return ticks;
}

function grown(length: number): number {
  const least = Math.max(SECOND, length * 1.02);
  return SECOND * GROWTH ** Math.ceil(Math.log(least / SECOND) / Math.log(GROWTH));
}
