import { useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { api } from "../../api/client";
import { hasEnded, watchJob } from "../../api/events";
import { hasColumns } from "../../api/job_end";
import type { Job, Progress } from "../../api/types";
import { EstimateBar } from "../../ui/estimate_bar";
import { Failure } from "../../ui/failure";
import { count, counted, duration } from "../../ui/format";
import { SqlView } from "../../ui/sql_view";
import { toneOf } from "../../ui/status";
import { failureText } from "../job/failure_text";
import { sentence } from "../job/sentence";

const NO_WORK: ReadonlyMap<number, string> = new Map(); // what stages do is told on the job's page

/** How far a job is while it runs, and how it ended; `onJob` hears of its moves. */
export function JobNow({ job, onJob }: { job: Job; onJob: (job: Job) => void }) {
  const progress = useSignal<Progress | null>(null);
  const isOver = hasEnded(job);

  useEffect(() => {
    if (isOver) return undefined;
    return watchJob(job.job_id, { onJob, onProgress: (news) => (progress.value = news) });
  }, [job.job_id, isOver]);

  if (isOver) return <Outcome job={job} />;
  return <UnderWay job={job} progress={progress.value} />;
}

function UnderWay({ job, progress }: { job: Job; progress: Progress | null }) {
  const [failure, setFailure] = useState<unknown>(null);
  const estimate = progress?.estimate ?? { fraction: 0, low: 0, high: 0, remaining_seconds: null };
  const isCancelling = job.state === "CANCELLING";
  const cancel = (): void => {
    api<Job>(`/jobs/${job.job_id}`, { method: "DELETE" }).then(() => setFailure(null), setFailure);
  };
  return (
    <>
      <div class="run-bar">
        <EstimateBar
          estimate={estimate}
          remaining={estimate.remaining_seconds}
          tone={toneOf(job.state)}
          label="Progress of the statement"
        />
        <button type="button" onClick={cancel} disabled={isCancelling}>
          {isCancelling ? "Cancelling…" : "Cancel"}
        </button>
      </div>
      <p class="soft">{sentence(job, progress, NO_WORK)}</p>
      {failure === null ? null : <Failure error={failure} />}
    </>
  );
}

function Outcome({ job }: { job: Job }) {
  const took = duration(job.duration_ms);
  if (job.state === "FINISHED") {
    const done = hasColumns(job) ? counted(job.result?.row_count ?? 0, "row") : "Done";
    return (
      <p class="run-outcome">
        {done} in {took}
      </p>
    );
  }
  const { line, column } = job.error ?? {};
  const place = line ? ` (line ${count(line)}, column ${count(column ?? 1)})` : "";
  return (
    <>
      <p class="run-outcome">
        {job.state === "FAILED" ? "Failed" : "Cancelled"} after {took}
        {place}
      </p>
      {job.message ? <p class="run-message">{failureText(job)}</p> : null}
      {job.error ? <SqlView sql={job.statement} error={job.error} label="The statement that failed" /> : null}
    </>
  );
}
