/** What happens to one job, and to all jobs of the project, as it happens. */

import { api, apiUrl } from "./client";
import { hasEnded } from "./job_end";
import { keepStream } from "./stream";
import type { BriefProgress, Job, Progress } from "./types";

export { hasEnded } from "./job_end";
export { type Connection, connection } from "./reach";

export interface JobHandlers {
  /** The job as it is now: at first, and at each move. */
  onJob: (job: Job) => void;
  onProgress: (progress: Progress) => void;
  /** Progress cannot be told for now; the next one ends that. */
  onUnavailable?: (reason: string) => void;
  /** The job has ended; nothing more comes. */
  onEnd?: (job: Job) => void;
}

export interface ProjectHandlers {
  /** A job that was submitted or moved. */
  onJob: (job: Job) => void;
  onProgress: (progress: BriefProgress) => void;
  onUnavailable?: (reason: string) => void;
  /** Something may have been missed: read anew what is shown. Called calmly, also while all is well. */
  onRefresh: () => Promise<void> | void;
}

/** Follow a job to its end; gives what stops that. */
export function watchJob(jobId: string, handlers: JobHandlers): () => void {
  const path = `/jobs/${encodeURIComponent(jobId)}`;
  let isOver = false;

  function end(job: Job): void {
    if (isOver) return;
    stop();
    handlers.onEnd?.(job);
  }

  const close = keepStream({
    url: apiUrl(`${path}/events`),
    events: {
      state: (data) => handlers.onJob(JSON.parse(data) as Job),
      progress: (data) => handlers.onProgress(JSON.parse(data) as Progress),
      unavailable: (data) => handlers.onUnavailable?.((JSON.parse(data) as { reason: string }).reason),
      end: (data) => {
        const job = JSON.parse(data) as Job;
        handlers.onJob(job);
        end(job);
      },
    },
    poll: async () => {
      const [job, progress] = await Promise.all([api<Job>(path), api<Progress>(`${path}/progress`)]);
      if (isOver) return;
      handlers.onJob(job);
      handlers.onProgress(progress);
      if (hasEnded(job)) end(job);
    },
  });

  function stop(): void {
    isOver = true;
    close();
  }

  return stop;
}

/** Follow the project's jobs from now on; gives what stops that. */
export function watchProject(handlers: ProjectHandlers): () => void {
  return keepStream({
    url: apiUrl("/events"),
    events: {
      job: (data) => handlers.onJob(JSON.parse(data) as Job),
      progress: (data) => handlers.onProgress(JSON.parse(data) as BriefProgress),
      unavailable: (data) => handlers.onUnavailable?.((JSON.parse(data) as { reason: string }).reason),
    },
    poll: handlers.onRefresh,
  });
}
