import type { Ref } from "preact";
import type { Job } from "../../api/types";
import { JobRow } from "./job_row";
import type { Listing } from "./listing";
import { useStatementPeek } from "./statement_peek";

const HEADS = ["Status", "Statement", "Progress", "Queue", "Owner", "Submitted", "Took"];

export interface JobTableProps {
  listing: Listing;
  isLoading: boolean;
  table: Ref<HTMLTableElement>;
  onCancel: (job: Job) => void;
}

/** The page of jobs. The roles are said again: narrow screens show rows as blocks, which would lose them. */
export function JobTable({ listing, isLoading, table, onCancel }: JobTableProps) {
  const { onPeek, shown } = useStatementPeek();
  return (
    <>
      <table class="jobs panel" role="table" aria-label="Jobs" aria-busy={isLoading} ref={table}>
        <colgroup>
          {HEADS.map((head) => (
            <col key={head} class={`col-${head.toLowerCase()}`} />
          ))}
          <col class="col-actions" />
        </colgroup>
        <thead role="rowgroup">
          <tr role="row">
            {HEADS.map((head) => (
              <th role="columnheader" scope="col" key={head} class={`head-${head.toLowerCase()}`}>
                {head}
              </th>
            ))}
            <th role="columnheader" scope="col">
              <span class="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {listing.rows.map((row) => (
            <JobRow
              key={row.job.job_id}
              row={row}
              progress={listing.progress.get(row.job.job_id)}
              isGone={listing.gone.has(row.job.job_id)}
              onCancel={onCancel}
              onPeek={onPeek}
            />
          ))}
        </tbody>
      </table>
      {shown}
    </>
  );
}
