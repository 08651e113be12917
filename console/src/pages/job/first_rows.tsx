import { useEffect, useState } from "preact/hooks";
import { api, isAborted } from "../../api/client";
import type { Job, Page } from "../../api/types";
import { Failure } from "../../ui/failure";
import { counted } from "../../ui/format";

const ROWS = 10;
const NUMBER = /^(tinyint|smallint|int|bigint|float|double|decimal)/;

/** The first rows of a finished job, and the way to all of them. */
export function FirstRows({ job }: { job: Job }) {
  const [page, setPage] = useState<Page | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const rows = job.result?.row_count ?? 0;

  useEffect(() => {
    if (rows === 0) return undefined;
    const given = new AbortController();
    const path = `/jobs/${encodeURIComponent(job.job_id)}/result?format=json&cells=text&limit=${ROWS}`;
    api<Page>(path, { signal: given.signal }).then(setPage, (error: unknown) => {
      if (!isAborted(error)) setFailure(error);
    });
    return () => given.abort();
  }, [job.job_id, rows]);

  if (rows === 0) return null;
  return (
    <section class="panel" aria-labelledby="rows-title">
      <header class="panel-head">
        <h2 id="rows-title">Rows</h2>
        {failure === null && <a href={`#/jobs/${job.job_id}/results`}>All {counted(rows, "row")}</a>}
      </header>
      {failure === null ? null : <Failure error={failure} />}
      {page !== null && <RowsTable page={page} />}
    </section>
  );
}

function RowsTable({ page }: { page: Page }) {
  const classes = page.columns.map(({ type }) => (NUMBER.test(type) ? "number" : ""));
  return (
    <div class="rows-box" tabIndex={0} role="region" aria-label={`The first ${page.rows.length} rows`}>
      <table class="rows">
        <thead>
          <tr>
            {page.columns.map((column, at) => (
              <th key={at} scope="col" class={classes[at]} title={column.type}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {page.rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) => (
                <td key={column} class={classes[column]}>
                  {cell === null ? <span class="null">null</span> : String(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
