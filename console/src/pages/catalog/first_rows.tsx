import { useState } from "preact/hooks";
import { api } from "../../api/client";
import type { Job, JobIn } from "../../api/types";
import { Failure } from "../../ui/failure";
import { ResultRows } from "../../ui/grid_result";
import { JobNow } from "../editor/job_now";

/** The first rows of a table: a statement that is run as a job, when the reader says so. */
export function FirstRows({ sql, database }: { sql: string; database: string }) {
  const [job, setJob] = useState<Job | null>(null);
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  async function run(): Promise<void> {
    setSending(true);
    setFailure(null);
    try {
      const body: JobIn = { sql, current_db: database };
      setJob(await api<Job>("/jobs", { method: "POST", body }));
    } catch (error) {
      setFailure(error);
    }
    setSending(false);
  }

  return (
    <section aria-labelledby="rows-title">
      <h2 id="rows-title">First rows</h2>
      <p class="catalog-rows">
        <button type="button" disabled={isSending} onClick={() => void run()}>
          {job ? "Read them again" : "Show the first 100 rows"}
        </button>
        <span class="soft">
          {job ? <a href={`#/jobs/${job.job_id}`}>As this job:</a> : "Runs as a job:"} <code>{sql}</code>
        </span>
      </p>
      {failure === null ? null : <Failure error={failure} />}
      {job ? (
        <div class="catalog-job" key={job.job_id}>
          <JobNow job={job} onJob={setJob} />
          {job.state === "FINISHED" ? <ResultRows jobId={job.job_id} /> : null}
        </div>
      ) : null}
    </section>
  );
}
