/** Engines, queues and the catalogue, as the API says it. */

export type EngineState = "STOPPED" | "STARTING" | "READY" | "FAILED";

/** The size that was asked for; null is as the settings say. */
export interface EngineSize {
  cores: number | null;
  memory: string | null;
  executors: number | null;
}

export interface Engine {
  state: EngineState;
  text: string;
  kind: string;
  master: string;
  pid: number | null;
  connect_url: string | null;
  monitor_url: string | null;
  spark_version: string | null;
  app_id: string | null;
  started_at: number | null;
  log_path: string | null;
  size: EngineSize;
}

/** The end of an engine's log; `reason` tells why there is none. */
export interface EngineLog {
  lines: string[];
  reason: string | null;
}

/** What the engine had at one moment; `busy` counts cores that work. */
export interface UsageSample {
  at: number;
  cores: number;
  busy: number;
  executors: number;
}

export interface EngineUsage {
  samples: UsageSample[];
}

export interface Queue {
  name: string;
  max_concurrent: number;
  max_waiting: number;
  running: number;
  waiting: number;
}

export interface Queues {
  queues: Queue[];
}

export interface Database {
  name: string;
  description: string | null;
  location: string | null;
}

export interface Databases {
  databases: Database[];
}

/** A table as a database's list has it. */
export interface TableEntry {
  name: string;
  kind: "table" | "view";
  is_temporary: boolean;
  description: string | null;
}

export interface Tables {
  tables: TableEntry[];
}

export interface TableColumn {
  name: string;
  type: string;
  nullable: boolean;
  comment: string | null;
  is_partition: boolean;
}

export interface Table {
  name: string;
  database: string;
  kind: "table" | "view";
  description: string | null;
  provider: string | null;
  location: string | null;
  columns: TableColumn[];
  size_bytes: number | null;
  row_count: number | null;
  create_statement: string | null;
}

export interface Partitions {
  partitions: string[];
  total: number;
}
