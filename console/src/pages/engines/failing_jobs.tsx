import type { Job } from "../../api/types";
import { count, counted } from "../../ui/format";
import { oneLine } from "./running_list";

const NAMED = 12; // jobs

/** The jobs that fail when the engine goes. */
export function FailingJobs({ running }: { running: readonly Job[] }) {
  if (running.length === 0) return <p>No job runs, so none fails.</p>;
  return (
    <div>
      <p>
        {counted(running.length, "running job")} will <strong>fail</strong>:
      </p>
      <ul class="failing-jobs">
        {running.slice(0, NAMED).map((job) => (
          <li key={job.job_id}>
            <code>{oneLine(job.statement).slice(0, 120)}</code> <span>by {job.owner}</span>
          </li>
        ))}
      </ul>
      {running.length > NAMED ? <p>and {count(running.length - NAMED)} more</p> : null}
    </div>
  );
}
