import { useEffect, useMemo, useState } from "preact/hooks";
import { ApiError, api, isAborted } from "../../api/client";
import type { Engine, Job } from "../../api/types";
import { type SparkPages, sparkPages } from "./spark_pages";

/** Give the addresses of Spark's own pages about a job, once it is known whether they can be opened. */
export function useSparkPages(job: Job): SparkPages | null {
  const [engine, setEngine] = useState<Engine | null>(null);
  useEffect(() => {
    const given = new AbortController();
    api<Engine>("/engine", { signal: given.signal }).then(setEngine, (error: unknown) => {
      // The page does without the links; that the service is away is told by the shell.
      if (!isAborted(error) && !(error instanceof ApiError)) throw error;
    });
    return () => given.abort();
  }, [job.job_id, job.started_at]); // the engine may have been started for it
  return useMemo(() => sparkPages(engine, job), [engine, job]);
}
