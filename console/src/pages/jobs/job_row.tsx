import { hasEnded } from "../../api/events";
import { hasColumns } from "../../api/job_end";
import type { BriefProgress, Job } from "../../api/types";
import { now } from "../../ui/clock";
import { EstimateBar } from "../../ui/estimate_bar";
import { bytes, counted, duration, elapsed, exactly, when } from "../../ui/format";
import { Status, toneOf } from "../../ui/status";
import type { Row } from "./listing";

const ONE_LINE = 400; // characters of a statement that a row holds

export interface JobRowProps {
  row: Row;
  progress: BriefProgress | undefined;
  isGone: boolean;
  onCancel: (job: Job) => void;
  /** The reader looks at the statement, or does not any more. */
  onPeek: (job: Job | null, link: HTMLElement) => void;
}

/** One job of the list. */
export function JobRow({ row, progress, isGone, onCancel, onPeek }: JobRowProps) {
  const { job } = row;
  return (
    <tr role="row" class={isGone ? "job-row job-gone" : "job-row"} data-job={job.job_id}>
      <td role="cell" class="job-status">
        <Status state={job.state} reason={job.reason} />
      </td>
      <td role="cell" class="job-statement">
        <a
          href={`#/jobs/${encodeURIComponent(job.job_id)}`}
          onMouseEnter={(event) => onPeek(job, event.currentTarget)}
          onMouseLeave={(event) => onPeek(null, event.currentTarget)}
          onFocus={(event) => onPeek(job, event.currentTarget)}
          onBlur={(event) => onPeek(null, event.currentTarget)}
        >
          {oneLine(job.statement)}
        </a>
      </td>
      <td role="cell" class="job-progress">
        <Outcome job={job} progress={progress} />
      </td>
      <td role="cell" class="job-queue" title={`Queue ${job.queue_name}`}>
        {job.queue_name}
      </td>
      <td role="cell" class="job-owner" title={`Owner ${job.owner}`}>
        {job.owner}
      </td>
      <td role="cell" class="job-when" title={exactly(job.submitted_at)}>
        {when(job.submitted_at)}
      </td>
      <td role="cell" class="job-took">
        <Took row={row} />
      </td>
      <td role="cell" class="job-actions">
        {hasEnded(job) ? null : (
          <button
            type="button"
            class="quiet"
            disabled={job.state === "CANCELLING"}
            aria-label={`Cancel job ${job.job_id}`}
            onClick={() => onCancel(job)}
          >
            Cancel
          </button>
        )}
      </td>
    </tr>
  );
}

/** Give a statement's beginning as one line. */
export function oneLine(statement: string): string {
  const line = statement
    .slice(0, ONE_LINE * 4)
    .trim()
    .replace(/\s+/g, " ");
  return line.length > ONE_LINE ? `${line.slice(0, ONE_LINE)}…` : line;
}

/** How far a job is, or what came of it. */
function Outcome({ job, progress }: { job: Job; progress: BriefProgress | undefined }) {
  switch (job.state) {
    case "QUEUED":
      return <span class="job-word">Waits for room in its queue</span>;
    case "LAUNCHING":
      return <span class="job-word">Waits for its engine</span>;
    case "RUNNING":
    case "CANCELLING":
      return (
        <EstimateBar
          estimate={progress ?? { fraction: 0, low: 0, high: 0 }}
          remaining={progress?.remaining_seconds ?? null}
          tone={toneOf(job.state)}
          label={`Progress of job ${job.job_id}`}
          text={phaseText(progress)}
        />
      );
    case "FINISHED":
      return <span class="job-word">{resultText(job)}</span>;
    case "FAILED":
      return (
        <span class="job-word job-error" title={job.message.slice(0, 1_000)}>
          {firstSentence(job.message)}
        </span>
      );
    case "CANCELLED":
      return <span class="job-word">{job.reason ?? ""}</span>;
  }
}

/** Give what Spark says without its names for it: `[CLASS] sentence. SQLSTATE: …; line 1 pos 7; plan`. */
function firstSentence(message: string): string {
  const [line = ""] = message.replace(/^\[[^\]]*\]\s*/, "").split("\n");
  return oneLine(line.replace(/\s*SQLSTATE:.*$/, ""));
}

function phaseText(progress: BriefProgress | undefined): string | undefined {
  switch (progress?.phase) {
    case "planning":
      return "Spark plans";
    case "committing":
      return "committing";
    case "fetching":
      return "fetching rows";
    default:
      return undefined;
  }
}

function resultText(job: Job): string {
  if (!job.result || !hasColumns(job)) return "";
  const { row_count, byte_count } = job.result;
  return byte_count > 0 ? `${counted(row_count, "row")}, ${bytes(byte_count)}` : counted(row_count, "row");
}

function Took({ row: { job, heardAt } }: { row: Row }) {
  if (hasEnded(job)) return <>{duration(job.duration_ms)}</>;
  return <>{elapsed(job.duration_ms + Math.max(0, now.value - heardAt))}</>;
}
