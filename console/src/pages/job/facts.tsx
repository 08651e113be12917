import type { Job } from "../../api/types";
import { exactly } from "../../ui/format";
import type { SparkPages } from "./spark_pages";

/** What was asked for and by whom: queue, owner, times, conf and tags. */
export function Facts({ job, pages }: { job: Job; pages: SparkPages | null }) {
  const facts: [string, string][] = [
    ["Job", job.job_id],
    ["Owner", job.owner],
    ["Queue", job.queue_name],
    ["Database", job.current_db],
    ["Kind", job.job_type],
    ["Submitted", exactly(job.submitted_at)],
  ];
  if (job.started_at !== null) facts.push(["Started", exactly(job.started_at)]);
  if (job.ended_at !== null) facts.push(["Ended", exactly(job.ended_at)]);
  facts.push(["Attempt", String(job.attempt)]);
  return (
    <section class="panel" aria-labelledby="facts-title">
      <h2 id="facts-title">Request</h2>
      <Pairs pairs={facts} />
      {job.attempt > 1 && (
        <p class="quiet">Its engine was lost before any row was kept, so the statement was run again.</p>
      )}
      <Named title="Configuration" pairs={Object.entries(job.conf)} />
      <Named title="Tags" pairs={Object.entries(job.tags)} />
      {pages !== null && (
        <p>
          <a href={pages.application} target="_blank" rel="noreferrer">
            Spark's own pages
          </a>
        </p>
      )}
    </section>
  );
}

function Named({ title, pairs }: { title: string; pairs: [string, string][] }) {
  if (pairs.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <Pairs pairs={pairs} />
    </>
  );
}

function Pairs({ pairs }: { pairs: [string, string][] }) {
  return (
    <dl class="pairs">
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
