import type { Job } from "../../api/types";
import { SqlView } from "../../ui/sql_view";
import { failureText } from "./failure_text";

/** Why the job failed, in Spark's words, and its statement with the place marked. */
export function Statement({ job }: { job: Job }) {
  const words = job.state === "FAILED" ? failureText(job) : "";
  return (
    <section class="panel" aria-labelledby="statement-title">
      <h2 id="statement-title">Statement</h2>
      {words !== "" && (
        <div class="job-failure">
          <p class="job-failure-words">{words}</p>
          <p class="job-quiet">{moreText(job, words)}</p>
        </div>
      )}
      <SqlView sql={job.statement} error={job.error} label="Lines of the statement" />
    </section>
  );
}

/** What Spark tells beside its words: the place, and names of the error that they do not hold. */
function moreText({ error }: Job, words: string): string {
  if (error === null) return "";
  const place = error.line === null ? "" : `line ${error.line}`;
  const column = error.column === null ? "" : `column ${error.column}`;
  const names = [error.error_class, error.sql_state].filter((name) => name !== null && !words.includes(name));
  return [place, column, ...names].filter(Boolean).join(", ");
}
