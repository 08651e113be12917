import { useState } from "preact/hooks";
import { project } from "../../api/client";
import { hasEnded } from "../../api/events";
import { hasColumns } from "../../api/job_end";
import { Empty } from "../../ui/empty";
import { Failure } from "../../ui/failure";
import { ResultRows } from "../../ui/grid_result";
import { Status } from "../../ui/status";
import { JobNow } from "./job_now";
import { type Run, isUnderWay, passOverWaiting, runs, tellOf } from "./runs";

/** What was started last, statement by statement, with the rows of the last one. */
export function RunPanel() {
  const shown = runs.value.filter((run) => run.project === project.value);
  const [chosen, setChosen] = useState<number | null>(null);
  const last = shown.findLast((run) => run.state !== "waiting" && run.state !== "passed over");
  const open = shown.find(({ id }) => id === chosen) ?? last ?? shown[0];
  if (!shown.length) {
    return (
      <Empty title="Nothing was run yet">
        <p>
          <kbd>Ctrl</kbd> <kbd>Enter</kbd> runs the statement at the cursor, or what is selected.
        </p>
      </Empty>
    );
  }
  return (
    <>
      {shown.some(({ state }) => state === "waiting") ? (
        <p class="run-rest">
          Each statement starts when the one before it has finished.
          <button type="button" onClick={passOverWaiting}>
            Do not start the others
          </button>
        </p>
      ) : null}
      <ol class="runs">
        {shown.map((run) => (
          <li key={run.id} class={isUnderWay(run) ? "run run-going" : "run"}>
            <RunHead
              run={run}
              isOpen={run === open}
              canOpen={shown.length > 1}
              onOpen={() => setChosen(run.id)}
            />
            {run === open ? <RunBody run={run} /> : null}
          </li>
        ))}
      </ol>
    </>
  );
}

interface RunHeadProps {
  run: Run;
  isOpen: boolean;
  canOpen: boolean;
  onOpen: () => void;
}

function RunHead({ run, isOpen, canOpen, onOpen }: RunHeadProps) {
  const { statement, around, job } = run;
  const line = statement.text.replace(/\s+/g, " ");
  return (
    <div class="run-head">
      {job ? <Status state={job.state} reason={job.reason} /> : <span class="soft">{WORDS[run.state]}</span>}
      {canOpen ? (
        <button type="button" class="run-line" aria-expanded={isOpen} onClick={onOpen} title={statement.text}>
          {line}
        </button>
      ) : (
        <code class="run-line" title={statement.text}>
          {line}
        </code>
      )}
      <span class="soft">in {around.database}</span>
      {job ? <a href={`#/jobs/${job.job_id}`}>Job</a> : null}
      {job && hasColumns(job) ? <a href={`#/jobs/${job.job_id}/results`}>Results</a> : null}
    </div>
  );
}

const WORDS: Record<Run["state"], string> = {
  waiting: "Waits for its turn",
  going: "Is sent",
  ended: "Not started",
  "passed over": "Not started",
};

function RunBody({ run: { id, statement, job, failure, state } }: { run: Run }) {
  if (!job) return failure ? <Failure error={failure} /> : null;
  return (
    <div class="run-body">
      {failure && state === "going" ? <p class="soft">{failure.message}. It is asked again.</p> : null}
      <JobNow key={job.job_id} job={job} onJob={(moved) => tellOf(id, moved)} />
      {statement.is_temporary && job.state === "FINISHED" ? (
        <p class="soft">What this made ended with its job: other statements do not see it.</p>
      ) : null}
      {hasEnded(job) && hasColumns(job) ? <ResultRows jobId={job.job_id} /> : null}
    </div>
  );
}
