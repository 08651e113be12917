import { apiUrl } from "../../api/client";

const FORMATS = [
  { format: "csv", suffix: "csv", name: "CSV", title: "All rows as CSV, with the names of the columns" },
  { format: "parquet", suffix: "parquet", name: "Parquet", title: "All rows as a Parquet file" },
  { format: "arrow", suffix: "arrow", name: "Arrow", title: "All rows as an Arrow IPC stream" },
  { format: "records", suffix: "json", name: "JSON", title: "All rows as a JSON array of objects" },
] as const;

export interface DownloadsProps {
  jobId: string;
  isComplete: boolean;
}

/** Links to the result as files; while rows arrive, a file holds those that are there. */
export function Downloads({ jobId, isComplete }: DownloadsProps) {
  const address = `/jobs/${encodeURIComponent(jobId)}/result?format=`;
  const soFar = isComplete ? "" : " (those that are there now)";
  return (
    <div class="results-downloads" role="group" aria-label="Download">
      <span aria-hidden="true">Download</span>
      {FORMATS.map(({ format, suffix, name, title }) => (
        <a
          key={format}
          class="button"
          href={apiUrl(`${address}${format}`)}
          download={`${jobId}.${suffix}`}
          title={title + soFar}
        >
          {name}
        </a>
      ))}
    </div>
  );
}
