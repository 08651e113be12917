import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { navigate, query } from "../../address";
import { api } from "../../api/client";
import { hasEnded } from "../../api/events";
import type { Job } from "../../api/types";
import { useShortcuts } from "../../shortcuts";
import { Confirm } from "../../ui/dialog";
import { Empty } from "../../ui/empty";
import { Failure } from "../../ui/failure";
import { counted } from "../../ui/format";
import { Loading } from "../../ui/loading";
import { Filters, clearFilters } from "./filters";
import { oneLine } from "./job_row";
import { JobTable } from "./job_table";
import { Pager, pagesOf, toPage } from "./pager";
import { focusedJob, focusNext, isAtRest } from "./reader";
import { useListing } from "./use_listing";
import { isFiltered, wantedOf } from "./wanted";
import "./jobs.css";

/** The jobs of the project, the newest first, live. */
export default function JobsPage() {
  const search = query().toString();
  const wanted = useMemo(() => wantedOf(new URLSearchParams(search)), [search]);
  const table = useRef<HTMLTableElement>(null);
  const [toCancel, setToCancel] = useState<Job | null>(null);
  const { listing, page, isLoading, failure, reload } = useListing(wanted, () => isAtRest(table.current));
  const { rows, fresh, total } = listing;
  const last = pagesOf(total);

  useEffect(() => {
    document.title = "Jobs · Headway";
  }, []);

  function showFresh(): void {
    window.scrollTo({ top: 0 });
    reload();
  }

  function cancelFocused(): void {
    const job = rows.find((row) => row.job.job_id === focusedJob(table.current))?.job;
    if (job && !hasEnded(job)) setToCancel(job);
  }

  useShortcuts("Jobs", [
    { keys: "j", does: "Next job", run: () => focusNext(table.current, 1) },
    { keys: "k", does: "Job before", run: () => focusNext(table.current, -1) },
    { keys: "Enter", does: "Open the job", run: () => openFocused(table.current) },
    { keys: "x", does: "Cancel the job", run: cancelFocused },
    { keys: "/", does: "Search statements", run: () => document.getElementById("search")?.focus() },
    { keys: "n", does: "Show new jobs", run: showFresh },
    { keys: "]", does: "Next page", run: () => wanted.page < last && toPage(wanted.page + 1) },
    { keys: "[", does: "Page before", run: () => wanted.page > 1 && toPage(wanted.page - 1) },
  ]);

  return (
    <>
      <h1 class="visually-hidden">Jobs</h1>
      <div class="jobs-head">
        <Filters wanted={wanted} />
        <Pager page={page} rows={rows.length} total={total} />
      </div>
      {failure === null ? null : <Failure error={failure} retry={reload} />}
      <div class="jobs-place">
        <div class="fresh-place" role="status">
          {fresh.size ? (
            <button type="button" class="primary fresh" onClick={showFresh}>
              {counted(fresh.size, "new job")}
            </button>
          ) : null}
        </div>
        {rows.length ? (
          <JobTable listing={listing} isLoading={isLoading} table={table} onCancel={setToCancel} />
        ) : isLoading ? (
          failure === null && <Loading />
        ) : (
          <NoJobs isFiltered={isFiltered(wanted) || wanted.page > 1} />
        )}
      </div>
      {toCancel ? (
        <Confirm
          title="Cancel this job?"
          action="Cancel the job"
          danger
          onConfirm={async () => {
            await api<Job>(`/jobs/${encodeURIComponent(toCancel.job_id)}`, { method: "DELETE" });
          }}
          onClose={() => setToCancel(null)}
        >
          <p class="cancel-statement">{oneLine(toCancel.statement)}</p>
          <p>What it has done so far is lost.</p>
        </Confirm>
      ) : null}
    </>
  );
}

function NoJobs({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <Empty title="No job matches.">
        <button type="button" onClick={clearFilters}>
          Show all jobs
        </button>
      </Empty>
    );
  }
  return (
    <Empty title="No jobs yet.">
      <p>
        <a href="#/editor">Write a statement in the editor</a>, or submit one from a terminal:
      </p>
      <code>headway run "SELECT 1"</code>
    </Empty>
  );
}

function openFocused(table: HTMLTableElement | null): void {
  const job = focusedJob(table);
  if (job) navigate(`/jobs/${encodeURIComponent(job)}`);
}
