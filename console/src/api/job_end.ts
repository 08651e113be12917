import type { Job } from "./types";

const ENDED = new Set(["FINISHED", "FAILED", "CANCELLED"]);

/** Tell whether a job has ended, in any way. */
export function hasEnded(job: Pick<Job, "state">): boolean {
  return ENDED.has(job.state);
}
