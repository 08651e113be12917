import { useEffect, useState } from "preact/hooks";
import { Link, useParams } from "wouter-preact";
import { changeQuery, query } from "../../address";
import { api } from "../../api/client";
import type { Job } from "../../api/types";
import { Failure } from "../../ui/failure";
import { counted } from "../../ui/format";
import { ResultGrid } from "../../ui/grid";
import { NoRows } from "../../ui/grid_result";
import type { ResultState } from "../../ui/grid_source";
import { useResult } from "../../ui/grid_state";
import { Downloads } from "./downloads";
import { QuickChart } from "./quick_chart";
import "./results.css";

/** The rows of one job: the grid, a quick chart, downloads. */
export default function ResultsPage() {
  const { id = "" } = useParams<{ id: string }>();
  const { state, trouble } = useResult(id);
  const job = useJob(id);
  const hasChart = query().has("chart");
  return (
    <div class="results">
      <header class="results-head">
        <h1>Results</h1>
        <Link href={`/jobs/${encodeURIComponent(id)}`} class="results-job" title={job?.statement}>
          {job ? oneLine(job.statement) : id}
        </Link>
        <p class="results-size" role="status">
          {sizeOf(state)}
        </p>
        {state.kind === "rows" && state.columns.length > 0 ? (
          <div class="results-tools">
            <button
              type="button"
              aria-pressed={hasChart}
              onClick={() => changeQuery(hasChart ? NO_CHART : { chart: "" })}
            >
              Chart
            </button>
            <Downloads jobId={id} isComplete={state.isComplete} />
          </div>
        ) : null}
      </header>
      {trouble === null ? null : <Failure error={trouble} />}
      {state.kind === "rows" ? (
        <>
          {hasChart ? <QuickChart jobId={id} columns={state.columns} rowCount={state.rowCount} /> : null}
          <ResultGrid jobId={id} columns={state.columns} rowCount={state.rowCount} />
        </>
      ) : (
        <NoRows state={state} />
      )}
    </div>
  );
}

const NO_CHART = { chart: null, x: null, y: null, first: null };

function useJob(id: string): Job | null {
  const [job, setJob] = useState<Job | null>(null);
  useEffect(() => {
    const end = new AbortController();
    setJob(null);
    // Only the heading: what keeps the rows away is said where they would be.
    api<Job>(`/jobs/${encodeURIComponent(id)}`, { signal: end.signal }).then(setJob, () => undefined);
    return () => end.abort();
  }, [id]);
  return job;
}

function sizeOf(state: ResultState): string {
  if (state.kind !== "rows") return "";
  const size = `${counted(state.rowCount, "row")}, ${counted(state.columns.length, "column")}`;
  return state.isComplete ? size : `${size} so far; more are arriving`;
}

function oneLine(statement: string): string {
  return statement.replace(/\s+/g, " ").trim();
}
