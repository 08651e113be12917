import { type Signal, batch, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { ApiError, api, isAborted, project } from "../../api/client";
import { hasEnded, watchJob } from "../../api/events";
import type { Job, JobState, Plan, Progress, Sample, Timeline } from "../../api/types";
import { readCalmly } from "./calm_reads";
import { joined, withNews } from "./curve_data";

const TIMELINE_PACE_MS = 10_000; // events bring the newest points in between
const PLAN_PACE_MS = 2_000;
const RETRY_MS = 3_000;
const WORKING: ReadonlySet<JobState> = new Set<JobState>(["RUNNING", "CANCELLING"]);

/** What is known of the job that the page shows; each part is null until it is known. */
export interface JobSeen {
  job: Signal<Job | null>;
  progress: Signal<Progress | null>;
  /** The points of its curve, oldest first. */
  samples: Signal<Sample[]>;
  plan: Signal<Plan | null>;
  /** Why progress cannot be told for now; empty: it can. */
  trouble: Signal<string>;
  /** Why the job cannot be shown at all. */
  failure: Signal<ApiError | null>;
  /** How far the service's clock is ahead of this one's, in milliseconds. */
  clockAhead: Signal<number>;
}

/** Follow a job for as long as the component is shown. */
export function useJobSeen(jobId: string): JobSeen {
  const projectId = project.value;
  const seen = useMemo(newSeen, [projectId, jobId]);
  useEffect(() => follow(jobId, seen), [jobId, seen]);
  return seen;
}

function newSeen(): JobSeen {
  return {
    job: signal(null),
    progress: signal(null),
    samples: signal([]),
    plan: signal(null),
    trouble: signal(""),
    failure: signal(null),
    clockAhead: signal(0),
  };
}

function follow(jobId: string, seen: JobSeen): () => void {
  const given = new AbortController();
  let stopWatching: () => void = () => undefined;
  void found(jobId, seen, given.signal).then((job) => {
    if (job !== null && !given.signal.aborted) stopWatching = watch(job, seen);
  });
  return () => {
    given.abort();
    stopWatching();
  };
}

/** Look the job up, however long the service is away; null: it cannot be shown. */
async function found(jobId: string, seen: JobSeen, signal: AbortSignal): Promise<Job | null> {
  while (!signal.aborted) {
    try {
      const job = await api<Job>(`/jobs/${encodeURIComponent(jobId)}`, { signal });
      seen.failure.value = null;
      takeJob(job, seen);
      return job;
    } catch (error) {
      if (isAborted(error) || !(error instanceof ApiError)) return null;
      seen.failure.value = error;
      if (error.status >= 400 && error.status < 500 && error.status !== 429) return null;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  return null;
}

function watch(job: Job, seen: JobSeen): () => void {
  const path = `/jobs/${encodeURIComponent(job.job_id)}`;
  const isOver = (): boolean => seen.job.peek() !== null && hasEnded(seen.job.peek()!);
  const timeline = readCalmly(
    async (signal) => {
      const { samples } = await api<Timeline>(`${path}/timeline`, { signal });
      seen.samples.value = joined(samples, seen.samples.peek());
    },
    TIMELINE_PACE_MS,
    isOver,
  );
  const plan = readCalmly(
    async (signal) => {
      seen.plan.value = await api<Plan>(`${path}/plan`, { signal });
    },
    PLAN_PACE_MS,
    isOver,
  );
  const stop = watchJob(job.job_id, {
    onJob: (news) => takeJob(news, seen),
    onProgress: (progress) => takeProgress(progress, seen),
    onUnavailable: (reason) => {
      seen.trouble.value = reason;
    },
    onEnd: () => {
      timeline.hurry();
      plan.hurry();
    },
  });
  return () => {
    stop();
    timeline.stop();
    plan.stop();
  };
}

function takeJob(job: Job, seen: JobSeen): void {
  batch(() => {
    seen.job.value = job;
    // A job under way tells the service's clock: how long it has taken, counted from its submission.
    if (!hasEnded(job)) seen.clockAhead.value = job.submitted_at + job.duration_ms - Date.now();
  });
}

function takeProgress(progress: Progress, seen: JobSeen): void {
  batch(() => {
    // An attempt that begins anew has a curve of its own.
    const isNewAttempt = (seen.progress.peek()?.attempt ?? progress.attempt) !== progress.attempt;
    const samples = isNewAttempt ? [] : seen.samples.peek();
    seen.progress.value = progress;
    seen.trouble.value = "";
    seen.samples.value = WORKING.has(progress.state) ? withNews(samples, progress) : samples;
  });
}
