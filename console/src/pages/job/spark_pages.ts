import { sparkBase } from "../../api/spark";
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
 * Those of an engine that the service has launched are read through `/api`; and only if the engine has not
 * begun anew after the job, as it has forgotten it then.
 */
export function sparkPages(engine: Engine | null, job: Job): SparkPages | null {
  const base = engine && sparkBase(engine);
  if (engine === null || base === null || job.started_at === null) return null;
  if (engine.started_at !== null && engine.started_at > job.started_at) return null;
  return {
    application: `${base}/jobs/`,
    stage: (stageId, attemptId) => `${base}/stages/stage/?id=${stageId}&attempt=${attemptId}`,
    subjob: (subjobId) => `${base}/jobs/job/?id=${subjobId}`,
    execution: (executionId) => `${base}/SQL/execution/?id=${executionId}`,
  };
}
