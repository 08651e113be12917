import type { Job } from "../api/types";
import { Empty } from "./empty";
import { Failure } from "./failure";
import { ResultGrid } from "./grid";
import type { ResultState } from "./grid_source";
import { useResult } from "./grid_state";
import { Loading } from "./loading";
import { stateWord } from "./status";

/** The rows of a job wherever they are shown, or why there are none; `most` rows before the grid scrolls. */
export function ResultRows({ jobId, most = 12 }: { jobId: string; most?: number }) {
  const { state, trouble } = useResult(jobId);
  if (state.kind === "unknown" && trouble !== null) return <Failure error={trouble} />;
  if (state.kind !== "rows") return <NoRows state={state} />;
  return <ResultGrid jobId={jobId} columns={state.columns} rowCount={state.rowCount} most={most} />;
}

/** Say why there are no rows to show (yet). */
export function NoRows({ state }: { state: Exclude<ResultState, { kind: "rows" }> }) {
  switch (state.kind) {
    case "unknown":
      return <Loading what="Looking for rows…" />;
    case "waiting":
      return (
        <Empty title="No rows yet">
          <p>They are shown here as soon as the job gives them. {stateWord(state.job.state)} now.</p>
        </Empty>
      );
    case "none":
      return (
        <Empty title={withoutRows(state.job)}>
          <p>{state.job.message || "Nothing was selected, so there is nothing to show."}</p>
        </Empty>
      );
    case "expired":
      return (
        <Empty title="The rows are no longer kept">
          <p>Results are removed after a while. Run the statement again to have them.</p>
        </Empty>
      );
    case "failed":
      return <Failure error={state.error} />;
  }
}

function withoutRows(job: Job): string {
  switch (job.state) {
    case "FAILED":
      return "The job failed: it has no rows";
    case "CANCELLED":
      return "The job was cancelled: it has no rows";
    default:
      return "This statement gives no rows";
  }
}
