import { apiUrl } from "../../api/client";
import { count } from "../../ui/format";

const JSON_ROWS = 10_000; // what the API gives at once in this form

const FORMATS = [
  { format: "csv", name: "CSV", title: "All rows as CSV, with the names of the columns" },
  { format: "parquet", name: "Parquet", title: "All rows as a Parquet file" },
  { format: "arrow", name: "Arrow", title: "All rows as an Arrow IPC stream" },
] as const;

export interface DownloadsProps {
  jobId: string;
  rowCount: number;
  isComplete: boolean;
}

/** Links to the result as files; while rows arrive, a file holds those that are there. */
export function Downloads({ jobId, rowCount, isComplete }: DownloadsProps) {
  const address = `/jobs/${encodeURIComponent(jobId)}/result?format=`;
  const soFar = isComplete ? "" : " (those that are there now)";
  const isWhole = rowCount <= JSON_ROWS;
  return (
    <div class="results-downloads" role="group" aria-label="Download">
      <span aria-hidden="true">Download</span>
      {FORMATS.map(({ format, name, title }) => (
        <a
          key={format}
          class="button"
          href={apiUrl(`${address}${format}`)}
          download={`${jobId}.${format}`}
          title={title + soFar}
        >
          {name}
        </a>
      ))}
      <a
        class="button"
        href={apiUrl(`${address}json&limit=${JSON_ROWS}`)}
        download={`${jobId}.json`}
        title={(isWhole ? "All rows as JSON" : `The first ${count(JSON_ROWS)} rows as JSON`) + soFar}
      >
        {isWhole ? "JSON" : `JSON (first ${count(JSON_ROWS)})`}
      </a>
    </div>
  );
}
