import type { Job, Progress, Sample } from "../../api/types";

/** The curve as a chart takes it: seconds since the start, shares 0…1; `truth` only of a finished job. */
export interface Curve {
  seconds: number[];
  fraction: number[];
  low: number[];
  high: number[];
  truth: (number | null)[];
}

/** Points of live news are no closer than this, nor than what can be seen of the curve's length. */
const CLOSEST_MS = 250;
const POINTS_SEEN = 400;

/** Add what an event said to samples that were read before; the same list when it is no news. */
export function withNews(samples: Sample[], progress: Progress): Sample[] {
  const last = samples.at(-1);
  const least = Math.max(CLOSEST_MS, (progress.updated_at - (samples[0]?.at ?? 0)) / POINTS_SEEN);
  if (last !== undefined && progress.updated_at - last.at < least) {
    return samples;
  }
  const { fraction, low, high, remaining_seconds: left } = progress.estimate;
  const at = progress.updated_at;
  return [...samples, { at, fraction, low, high, remaining_seconds: left?.likely ?? null }];
}

/** Put the curve that the service keeps together with newer points that came as events. */
export function joined(kept: Sample[], live: Sample[]): Sample[] {
  const last = kept.at(-1)?.at ?? -Infinity;
  return [...kept, ...live.filter((each) => each.at >= last + CLOSEST_MS)];
}

/** Give the curve from the moment `begin` on; a finished job's ends at 1, beside the line of the truth. */
export function curveOf(job: Job, samples: Sample[], begin: number): Curve {
  const curve: Curve = { seconds: [], fraction: [], low: [], high: [], truth: [] };
  const total = job.state === "FINISHED" ? Math.max(1, (job.ended_at ?? begin) - begin) / 1000 : null;
  const put = (seconds: number, fraction: number, low: number, high: number): void => {
    curve.seconds.push(seconds);
    curve.fraction.push(fraction);
    curve.low.push(low);
    curve.high.push(high);
    curve.truth.push(total === null ? null : Math.min(1, seconds / total));
  };
  for (const { at, fraction, low, high } of samples) {
    const seconds = Math.max(0, (at - begin) / 1000);
    if (seconds > (curve.seconds.at(-1) ?? -1) && (total === null || seconds < total)) {
      put(seconds, fraction, low, high);
    }
  }
  if (total !== null && curve.seconds.length > 0) put(total, 1, 1, 1);
  return curve;
}
