import type { Engine, Job } from "../../api/types";

/** Addresses of Spark's own pages about a job. */
export interface SparkPages {
  application: string;
  stage: (stageId: number, attemptId: number) => string;
  subjob: (subjobId: number) => string;
  execution: (executionId: number) => string;
}

/**
 * Give the addresses of Spark's own pages, if they can be opened.
 *
 * An engine that the service has launched shows its pages to nobody without a signed token, so only a remote
 * one's are linked; and only if the engine has not begun anew after the job, as it has forgotten it then.
 */
export function sparkPages(engine: Engine | null, job: Job): SparkPages | null {
  if (engine === null || engine.kind !== "remote" || engine.monitor_url === null || job.started_at === null) {
    return null;
  }
  if (engine.state !== "READY" || (engine.started_at !== null && engine.started_at > job.started_at)) {
    return null;
  }
  const base = engine.monitor_url;
  return {
    application: `${base}/jobs/`,
    stage: (stageId, attemptId) => `${base}/stages/stage/?id=${stageId}&attempt=${attemptId}`,
    subjob: (subjobId) => `${base}/jobs/job/?id=${subjobId}`,
    execution: (executionId) => `${base}/SQL/execution/?id=${executionId}`,
  };
}
