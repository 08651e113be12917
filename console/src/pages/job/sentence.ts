import type { Job, Progress, Stage } from "../../api/types";
import { count, counted, duration, when } from "../../ui/format";

/** Say in a sentence what a job is at, or how it ended. */
export function sentence(job: Job, progress: Progress | null, work: ReadonlyMap<number, string>): string {
  switch (job.state) {
    case "FINISHED":
      return `Finished in ${spent(job)}${rows(job)}.`;
    case "FAILED":
      return `Failed after ${spent(job)}${job.reason ? `: ${job.reason}` : ""}.`;
    case "CANCELLED":
      return `Ended after ${spent(job)}: ${job.message || job.reason || "cancelled"}.`;
    case "CANCELLING":
      return "Spark was asked to stop it and has not confirmed that yet.";
    default:
      return underWay(progress, work);
  }
}

/** Say what the estimate rests on; before there is one, and at the end, when the job came and went. */
export function basisText(job: Job, progress: Progress | null): string {
  if (job.ended_at !== null) return `Submitted ${when(job.submitted_at)}, ended ${when(job.ended_at)}.`;
  if (job.state !== "RUNNING" || progress === null) return `Submitted ${when(job.submitted_at)}.`;
  switch (progress.estimate.basis) {
    case "history":
      return "Estimated from earlier runs of the statement.";
    case "plan":
      return "Estimated from the plan and the rows that its operators have handled.";
    default:
      return "Estimated from the tasks that are known so far.";
  }
}

function underWay(progress: Progress | null, work: ReadonlyMap<number, string>): string {
  if (progress === null) {
    return "Asking how far it is…";
  }
  if (progress.waiting_for !== null) {
    const { text } = progress.waiting_for;
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  }
  switch (progress.phase) {
    case "queued":
      return "Waits for room in its queue.";
    case "launching":
      return "Its engine and its session are made ready.";
    case "planning":
      return "Spark plans the statement.";
    case "committing":
      return "Every task is done; what was written is being made visible.";
    case "fetching":
      return "Every task is done; the rows are on their way here.";
    default:
      return atWork(progress, work);
  }
}

function atWork(progress: Progress, work: ReadonlyMap<number, string>): string {
  const active = progress.subjobs.flatMap((each) => each.stages).filter((each) => each.status === "ACTIVE");
  const [first, ...others] = active;
  if (first === undefined) {
    return "Spark works on it.";
  }
  const does = work.get(first.stage_id);
  const more = others.length === 0 ? "" : `, and ${counted(others.length, "more stage")}`;
  return `Spark works on stage ${first.stage_id}${does ? ` (${does})` : ""}: ${tasks(first)}${more}.`;
}

function tasks(stage: Stage): string {
  return `${count(stage.num_completed_indices)} of ${counted(stage.num_tasks, "task")} done`;
}

function spent(job: Job): string {
  return duration(job.duration_ms);
}

function rows(job: Job): string {
  if (job.result === null || job.job_type !== "QUERY") {
    return "";
  }
  return ` with ${counted(job.result.row_count, "row")}`;
}
