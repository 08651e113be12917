import { useEffect, useState } from "preact/hooks";
import { api, isAborted } from "../../api/client";
import type { Job, Jobs } from "../../api/types";
import { userName } from "../../session";
import { Empty } from "../../ui/empty";
import { Failure } from "../../ui/failure";
import { exactly, when } from "../../ui/format";
import { Loading } from "../../ui/loading";
import { Status } from "../../ui/status";
import { runs } from "./runs";

const ASKED = 100; // jobs; the same statement is shown once
const IDLE_MS = 250;

/** The reader's own statements, the newest first. */
export function HistoryPanel({ onInsert }: { onInsert: (sql: string) => void }) {
  const [search, setSearch] = useState("");
  const [found, setFound] = useState<Job[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const newest = runs.value.at(-1)?.job?.job_id;

  useEffect(() => {
    const given = new AbortController();
    const timer = setTimeout(() => {
      const query = new URLSearchParams({ owner: userName(), limit: String(ASKED) });
      if (search.trim()) query.set("search", search.trim());
      api<Jobs>(`/jobs?${query}`, { signal: given.signal }).then(
        ({ jobs }) => {
          setFound(distinct(jobs));
          setFailure(null);
        },
        (error: unknown) => {
          if (!isAborted(error)) setFailure(error);
        },
      );
    }, IDLE_MS);
    return () => {
      clearTimeout(timer);
      given.abort();
    };
  }, [search, newest]);

  return (
    <>
      <p class="soft">A statement that you choose is put at the end of the editor.</p>
      <input
        type="search"
        class="panel-search"
        aria-label="Search your statements"
        placeholder="Search your statements"
        value={search}
        onInput={(event) => setSearch(event.currentTarget.value)}
      />
      {failure === null ? null : <Failure error={failure} />}
      {found === null && failure === null ? <Loading /> : null}
      {found?.length === 0 ? (
        <Empty title={search ? "No statement of yours has this in it" : "No statements yet"} />
      ) : null}
      <ul class="kept">
        {found?.map((job) => (
          <li key={job.job_id}>
            <Status state={job.state} reason={job.reason} />
            <button
              type="button"
              class="kept-sql"
              title={job.statement}
              onClick={() => onInsert(job.statement)}
            >
              {job.statement.slice(0, 500).replace(/\s+/g, " ")}
            </button>
            <time title={exactly(job.submitted_at)}>{when(job.submitted_at)}</time>
            <a href={`#/jobs/${job.job_id}`}>Job</a>
          </li>
        ))}
      </ul>
    </>
  );
}

function distinct(jobs: readonly Job[]): Job[] {
  const seen = new Set<string>();
  return jobs.filter(({ statement }) => !seen.has(statement) && seen.add(statement));
}
