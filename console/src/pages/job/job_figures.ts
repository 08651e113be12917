import type { Job, Progress } from "../../api/types";
import { bytes, count, duration } from "../../ui/format";
import type { Figure } from "./figure_list";

/** What the job amounted to so far; `now` is the service's clock, epoch ms. */
export function jobFigures(job: Job, progress: Progress | null, now: number): Figure[] {
  const figures: Figure[] = [["Took", duration(Math.max(0, (job.ended_at ?? now) - job.submitted_at))]];
  if (job.started_at !== null) {
    figures.push(["Waited to start", duration(Math.max(0, job.started_at - job.submitted_at))]);
  }
  if (progress === null || progress.subjobs.length === 0) {
    return figures;
  }
  const totals = progress.totals;
  const tasks = `${count(totals.completed_tasks)} of ${count(totals.tasks)}`;
  figures.push(
    ["Tasks", totals.failed_tasks > 0 ? `${tasks}, ${count(totals.failed_tasks)} failed` : tasks],
    ["Task time", duration(totals.run_time_ms)],
    ["Read", bytes(totals.input_bytes)],
    ["Rows read", count(totals.input_rows)],
    ["Shuffled", bytes(totals.shuffle_bytes)],
    ["Spilled", bytes(totals.spilled_bytes)],
  );
  if (totals.output_rows > 0 || totals.output_bytes > 0) {
    figures.push(["Written", bytes(totals.output_bytes)], ["Rows written", count(totals.output_rows)]);
  }
  if (job.result !== null && job.job_type === "QUERY") {
    figures.push(["Result", bytes(job.result.byte_count)], ["Result rows", count(job.result.row_count)]);
  }
  if (totals.cores > 0) {
    figures.push(["Cores", count(totals.cores)]);
  }
  return figures;
}
