/** The project's running jobs, live. */

import { useEffect, useState } from "preact/hooks";
import { api } from "../../api/client";
import { watchProject } from "../../api/events";
import type { BriefProgress, Job, Jobs } from "../../api/types";

const READ = "/jobs?status=RUNNING&limit=100";

export interface RunningJobs {
  /** Those that have run longest first; null: not known yet. */
  jobs: readonly Job[] | null;
  /** How far each is, as far as it was told. */
  progress: ReadonlyMap<string, BriefProgress>;
}

/** Follow the running jobs; `moved` is called when a job came, started or ended. */
export function useRunningJobs(moved: () => void): RunningJobs {
  const [jobs, setJobs] = useState<ReadonlyMap<string, Job> | null>(null);
  const [progress, setProgress] = useState<ReadonlyMap<string, BriefProgress>>(new Map());

  useEffect(() => {
    async function read(): Promise<void> {
      const found = await api<Jobs>(READ);
      setJobs(new Map(found.jobs.map((job) => [job.job_id, job])));
      moved();
    }
    read().catch(() => undefined); // the stream's own reading follows, and the shell says what is wrong
    return watchProject({
      onJob: (job) => {
        setJobs((known) => withJob(known ?? new Map(), job));
        moved();
      },
      onProgress: (brief) => setProgress((known) => new Map(known).set(brief.job_id, brief)),
      onRefresh: read,
    });
  }, []);

  const shown = jobs && [...jobs.values()].sort((one, other) => startOf(one) - startOf(other));
  return { jobs: shown, progress };
}

/** Give the jobs with what is new of one of them: it runs, or it is not among them any more. */
export function withJob(known: ReadonlyMap<string, Job>, job: Job): ReadonlyMap<string, Job> {
  const next = new Map(known);
  if (job.status === "RUNNING") next.set(job.job_id, job);
  else next.delete(job.job_id);
  return next;
}

function startOf(job: Job): number {
  return job.started_at ?? job.submitted_at;
}
