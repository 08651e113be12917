/** How far a job is, and what it did when, as the API says it. */

import type { JobState, JobStatus } from "./types";

export type Phase = "queued" | "launching" | "planning" | "running" | "committing" | "fetching" | "done";
export type Basis = "history" | "plan" | "tasks";

/** How long the rest takes, in seconds. */
export interface Remaining {
  low: number;
  likely: number;
  high: number;
}

/** How much of the whole job is done: 0…1, never falling; `low` and `high` are the range. */
export interface Estimate {
  fraction: number;
  low: number;
  high: number;
  remaining_seconds: Remaining | null;
  basis: Basis;
}

export interface Waiting {
  reason: "queue" | "engine" | "planning" | "executors" | "cores";
  text: string;
}

export interface Finding {
  kind: string;
  severity: "info" | "warning";
  subjob_id: number | null;
  stage_id: number | null;
  text: string;
  figures: Record<string, number>;
}

export interface Totals {
  tasks: number;
  completed_tasks: number;
  failed_tasks: number;
  input_bytes: number;
  input_rows: number;
  shuffle_bytes: number;
  spilled_bytes: number;
  output_rows: number;
  output_bytes: number;
  run_time_ms: number;
  cores: number;
}

export interface Stage {
  stage_id: number;
  attempt_id: number;
  status: string;
  name: string;
  num_tasks: number;
  num_active_tasks: number;
  num_complete_tasks: number;
  num_failed_tasks: number;
  num_killed_tasks: number;
  num_completed_indices: number;
  submission_time: number | null;
  first_task_time: number | null;
  completion_time: number | null;
  run_time_ms: number;
  cpu_time_ns: number;
  input_bytes: number;
  input_rows: number;
  output_bytes: number;
  output_rows: number;
  shuffle_read_bytes: number;
  shuffle_read_rows: number;
  shuffle_write_bytes: number;
  shuffle_write_rows: number;
  spilled_bytes: number;
  result_bytes: number;
}

export interface Subjob {
  id: number;
  name: string | null;
  description: string | null;
  submission_time: number | null;
  completion_time: number | null;
  stage_ids: number[] | null;
  job_group: string | null;
  status: string | null;
  num_tasks: number | null;
  num_active_tasks: number | null;
  num_completed_tasks: number | null;
  num_skipped_tasks: number | null;
  num_failed_tasks: number | null;
  num_killed_tasks: number | null;
  num_completed_indices: number | null;
  num_active_stages: number | null;
  num_completed_stages: number | null;
  num_skipped_stages: number | null;
  num_failed_stages: number | null;
  killed_tasks_summary: Record<string, number> | null;
  stages: Stage[];
}

export interface Progress {
  job_id: string;
  status: JobStatus;
  state: JobState;
  phase: Phase;
  estimate: Estimate;
  waiting_for: Waiting | null;
  findings: Finding[];
  totals: Totals;
  subjobs: Subjob[];
  attempt: number;
  updated_at: number;
  etag: string;
}

/** How far a running job is, as the project's events tell it; `remaining_seconds` is the likely time. */
export interface BriefProgress {
  job_id: string;
  fraction: number;
  low: number;
  high: number;
  remaining_seconds: number | null;
  phase: Phase;
}

export interface Sample {
  at: number;
  fraction: number;
  low: number;
  high: number;
  remaining_seconds: number | null;
}

export interface StageSpan {
  stage_id: number;
  attempt_id: number;
  status: string;
  name: string;
  num_tasks: number;
  num_complete_tasks: number;
  num_failed_tasks: number;
  started_at: number | null;
  ended_at: number | null;
  input_bytes: number;
  shuffle_read_bytes: number;
  shuffle_write_bytes: number;
  spilled_bytes: number;
  run_time_ms: number;
}

export interface SubjobSpan {
  id: number;
  status: string | null;
  description: string | null;
  started_at: number | null;
  ended_at: number | null;
  stages: StageSpan[];
}

export interface Timeline {
  job_id: string;
  state: JobState;
  submitted_at: number;
  started_at: number | null;
  ended_at: number | null;
  attempt: number;
  samples: Sample[];
  subjobs: SubjobSpan[];
}

/** An operator of a plan; nodes come in preorder, `depth` says where each hangs. */
export interface PlanNode {
  depth: number;
  name: string;
  is_codegen: boolean;
  rows: number | null;
  time_ms: number | null;
  bytes: number | null;
  metrics: Record<string, number>;
  stage_ids: number[];
}

export interface PlanTree {
  nodes: PlanNode[];
}

export interface PlanExecution {
  execution_id: number;
  is_running: boolean;
  told_at: number;
  subjob_ids: number[];
  trees: PlanTree[];
}

export interface Plan {
  job_id: string;
  executions: PlanExecution[];
}
