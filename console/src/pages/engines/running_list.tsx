import { Link } from "wouter-preact";
import type { BriefProgress, Job } from "../../api/types";
import { now } from "../../ui/clock";
import { EstimateBar } from "../../ui/estimate_bar";
import { count, duration } from "../../ui/format";
import { Loading } from "../../ui/loading";
import { Status } from "../../ui/status";
import type { RunningJobs } from "./running_jobs";

const SHOWN = 20;
const NOTHING = { fraction: 0, low: 0, high: 0 };

/** What the engine works on, each with its bar. */
export function RunningList({ jobs, progress }: RunningJobs) {
  if (jobs === null) return <Loading what="Looking for running jobs…" />;
  if (jobs.length === 0) return <p class="engines-line">Nothing runs now.</p>;
  return (
    <>
      <ul class="running-list">
        {jobs.slice(0, SHOWN).map((job) => (
          <RunningJob key={job.job_id} job={job} brief={progress.get(job.job_id)} />
        ))}
      </ul>
      {jobs.length > SHOWN ? (
        <p class="engines-line">
          <Link href="/jobs?status=RUNNING">{count(jobs.length - SHOWN)} more</Link>
        </p>
      ) : null}
    </>
  );
}

function RunningJob({ job, brief }: { job: Job; brief: BriefProgress | undefined }) {
  const ran = now.value - (job.started_at ?? job.submitted_at);
  const statement = oneLine(job.statement);
  return (
    <li>
      <Link href={`/jobs/${encodeURIComponent(job.job_id)}`} class="running-statement" title={job.statement}>
        {statement}
      </Link>
      <span class="running-about">
        {job.state === "CANCELLING" ? <Status state={job.state} /> : null}
        {job.queue_name} · {job.owner} · {duration(ran)}
      </span>
      <EstimateBar
        estimate={brief ?? NOTHING}
        remaining={brief?.remaining_seconds ?? null}
        tone={job.state === "CANCELLING" ? "cancelled" : "running"}
        label={`Progress of ${statement.slice(0, 60)}`}
      />
    </li>
  );
}

/** Write a statement on one line. */
export function oneLine(statement: string): string {
  return statement.replace(/\s+/g, " ").trim();
}
