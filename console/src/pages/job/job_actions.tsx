import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { hasEnded } from "../../api/events";
import type { Job, JobIn } from "../../api/types";
import { navigate } from "../../address";
import { useShortcuts } from "../../shortcuts";
import { Confirm } from "../../ui/dialog";
import { Failure } from "../../ui/failure";

/** What can be done with the job: cancel it, run it again. */
export function JobActions({ job }: { job: Job }) {
  const [asked, setAsked] = useState<"cancel" | "again" | null>(null);
  const canCancel = !hasEnded(job) && job.state !== "CANCELLING";
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  async function again(): Promise<void> {
    const { job_id } = await api<Job>("/jobs", { method: "POST", body: requestOf(job) });
    navigate(`/jobs/${job_id}`);
  }

  async function cancel(): Promise<void> {
    await api<Job>(`/jobs/${encodeURIComponent(job.job_id)}`, { method: "DELETE" });
  }

  function onAgain(): void {
    if (job.job_type !== "QUERY") {
      setAsked("again");
      return;
    }
    setBusy(true);
    setFailure(null);
    again()
      .catch(setFailure)
      .finally(() => setBusy(false));
  }

  useShortcuts("Job", [
    { keys: "x", does: "Cancel the job", run: () => canCancel && setAsked("cancel") },
    { keys: "r", does: "Run it again", run: onAgain },
  ]);

  return (
    <div class="job-actions">
      {!hasEnded(job) && (
        <button type="button" class="danger" disabled={!canCancel} onClick={() => setAsked("cancel")}>
          Cancel
        </button>
      )}
      <button type="button" disabled={isBusy} onClick={onAgain}>
        Run again
      </button>
      {failure === null ? null : <Failure error={failure} />}
      {asked === "cancel" && (
        <Confirm
          title="Cancel this job?"
          action="Cancel the job"
          danger
          onConfirm={cancel}
          onClose={() => setAsked(null)}
        >
          <p>What it has done so far is lost.</p>
        </Confirm>
      )}
      {asked === "again" && (
        <Confirm title="Run it again?" action="Run again" onConfirm={again} onClose={() => setAsked(null)}>
          <p>It is not only a query: what it changed the first time it may change once more.</p>
        </Confirm>
      )}
    </div>
  );
}

function requestOf(job: Job): JobIn {
  const { statement, queue_name, current_db, conf, tags } = job;
  return { sql: statement, queue_name, current_db, conf, tags };
}
