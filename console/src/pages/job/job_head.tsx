import type { Job, Progress } from "../../api/types";
import { EstimateBar } from "../../ui/estimate_bar";
import { counted } from "../../ui/format";
import { Status, stateWord, toneOf } from "../../ui/status";
import { JobActions } from "./job_actions";
import { basisText, sentence } from "./sentence";

interface Props {
  job: Job;
  progress: Progress | null;
  /** What each stage does, by its number. */
  work: ReadonlyMap<number, string>;
  /** Why progress cannot be told for now; empty: it can. */
  trouble: string;
}

/** How far the job is, in a bar and in a sentence, and what can be done with it. */
export function JobHead({ job, progress, work, trouble }: Props) {
  return (
    <header class="job-head">
      <div class="job-title">
        <Status state={job.state} reason={job.reason} />
        <h1>Job {job.job_id.slice(0, 8)}</h1>
        <span class="job-quiet">
          {job.owner} in {job.queue_name}
        </span>
        <RowsLink job={job} progress={progress} />
        <JobActions job={job} />
      </div>
      <EstimateBar
        estimate={spanOf(job, progress)}
        remaining={progress?.estimate.remaining_seconds ?? null}
        tone={toneOf(job.state)}
        label="The whole job"
      />
      <p class="job-sentence">{sentence(job, progress, work)}</p>
      {/* Read out at each move of the job; the sentence changes too often for that. */}
      <span class="visually-hidden" role="status">
        {stateWord(job.state)}
      </span>
      <p class={`job-basis${trouble === "" ? "" : " is-trouble"}`}>
        {trouble === "" ? basisText(job, progress) : trouble}
      </p>
    </header>
  );
}

/** What the bar shows: a range only while there is something left to know. */
function spanOf(job: Job, progress: Progress | null): { fraction: number; low: number; high: number } {
  const estimate = progress?.estimate;
  if (job.state === "RUNNING" && estimate !== undefined) return estimate;
  const fraction = job.state === "FINISHED" ? 1 : (estimate?.fraction ?? 0);
  return { fraction, low: fraction, high: fraction };
}

/** The way to the rows, as soon as there may be some. */
function RowsLink({ job, progress }: { job: Job; progress: Progress | null }) {
  const rows = job.result?.row_count ?? 0;
  if (rows === 0 && progress?.phase !== "fetching") return null;
  return <a href={`#/jobs/${job.job_id}/results`}>{rows === 0 ? "Rows so far" : counted(rows, "row")}</a>;
}
