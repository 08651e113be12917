/** What the API says, as it says it: times are epoch milliseconds, sizes bytes, spans as their names tell. */

export type JobStatus = "LAUNCHING" | "RUNNING" | "SCALING" | "FINISHED" | "FAILED" | "CANCELLED";
export type JobState =
  "QUEUED" | "LAUNCHING" | "RUNNING" | "CANCELLING" | "FINISHED" | "FAILED" | "CANCELLED";
export type JobType = "DDL" | "DCL" | "IMPORT" | "EXPORT" | "QUERY" | "INSERT" | "UPDATE" | "DELETE";

/** A statement to run. */
export interface JobIn {
  sql: string;
  queue_name?: string;
  current_db?: string;
  conf?: Record<string, string>;
  tags?: Record<string, string>;
}

/** Why Spark refused a statement; `line` and `column` count from 1. */
export interface StatementError {
  kind: string;
  error_class: string | null;
  sql_state: string | null;
  message: string;
  line: number | null;
  column: number | null;
  fragment: string | null;
}

export interface Result {
  row_count: number;
  byte_count: number;
  schema: Record<string, unknown> | null;
}

export interface Job {
  job_id: string;
  status: JobStatus;
  state: JobState;
  reason: string | null;
  message: string;
  error: StatementError | null;
  statement: string;
  job_type: JobType;
  queue_name: string;
  owner: string;
  current_db: string;
  conf: Record<string, string>;
  tags: Record<string, string>;
  submitted_at: number;
  started_at: number | null;
  ended_at: number | null;
  duration_ms: number;
  attempt: number;
  result: Result | null;
}

export interface Jobs {
  total: number;
  jobs: Job[];
}

/** The check of a statement; `error` tells why it is not `ok`. */
export interface Check {
  ok: boolean;
  error: StatementError | null;
}

export interface Explanation {
  text: string;
}

/** A statement that was saved under a name. */
export interface Template {
  name: string;
  sql: string;
  current_db: string;
  updated_at: number;
}

export interface Templates {
  templates: Template[];
}

export * from "./types_engine";
export * from "./types_progress";
export * from "./types_result";
