import type { Job } from "./types";

const ENDED = new Set(["FINISHED", "FAILED", "CANCELLED"]);

/** Tell whether a job has ended, in any way. */
export function hasEnded(job: Pick<Job, "state">): boolean {
  return ENDED.has(job.state);
}

/** Tell whether a job's statement gives rows, be it none. */
export function hasColumns({ result }: Job): boolean {
  const fields = result?.schema?.fields;
  return Array.isArray(fields) && fields.length > 0;
}
