/** Jobs and their work as the API tells them, for tests: what a test is about is given, the rest is dull. */

import type { Job, PlanNode, Progress, Sample, Stage, Subjob } from "../../api/types";

export function aJob(more: Partial<Job> = {}): Job {
  return {
    job_id: "j1",
    status: "RUNNING",
    state: "RUNNING",
    reason: null,
    message: "",
    error: null,
    statement: "SELECT 1",
    job_type: "QUERY",
    queue_name: "default",
    owner: "ann",
    current_db: "default",
    conf: {},
    tags: {},
    submitted_at: 0,
    started_at: 1_000,
    ended_at: null,
    duration_ms: 5_000,
    attempt: 1,
    result: null,
    ...more,
  };
}

export function aStage(stageId: number, more: Partial<Stage> = {}): Stage {
  return {
    stage_id: stageId,
    attempt_id: 0,
    status: "COMPLETE",
    name: "",
    num_tasks: 10,
    num_active_tasks: 0,
    num_complete_tasks: 10,
    num_failed_tasks: 0,
    num_killed_tasks: 0,
    num_completed_indices: 10,
    submission_time: 2_000,
    first_task_time: 2_000,
    completion_time: 3_000,
    run_time_ms: 900,
    cpu_time_ns: 0,
    input_bytes: 0,
    input_rows: 0,
    output_bytes: 0,
    output_rows: 0,
    shuffle_read_bytes: 0,
    shuffle_read_rows: 0,
    shuffle_write_bytes: 0,
    shuffle_write_rows: 0,
    spilled_bytes: 0,
    result_bytes: 0,
    ...more,
  };
}

export function aSubjob(id: number, stages: Stage[], more: Partial<Subjob> = {}): Subjob {
  return {
    id,
    name: null,
    description: null,
    submission_time: 2_000,
    completion_time: 3_000,
    stage_ids: stages.map((stage) => stage.stage_id),
    job_group: null,
    status: "SUCCEEDED",
    num_tasks: 10,
    num_active_tasks: 0,
    num_completed_tasks: 10,
    num_skipped_tasks: 0,
    num_failed_tasks: 0,
    num_killed_tasks: 0,
    num_completed_indices: 10,
    num_active_stages: 0,
    num_completed_stages: stages.length,
    num_skipped_stages: 0,
    num_failed_stages: 0,
    killed_tasks_summary: null,
    stages,
    ...more,
  };
}

export function aProgress(subjobs: Subjob[], more: Partial<Progress> = {}): Progress {
  return {
    job_id: "j1",
    status: "RUNNING",
    state: "RUNNING",
    phase: "running",
    estimate: { fraction: 0.5, low: 0.4, high: 0.6, remaining_seconds: null, basis: "plan" },
    waiting_for: null,
    findings: [],
    totals: {
      tasks: 0,
      completed_tasks: 0,
      failed_tasks: 0,
      input_bytes: 0,
      input_rows: 0,
      shuffle_bytes: 0,
      spilled_bytes: 0,
      output_rows: 0,
      output_bytes: 0,
      run_time_ms: 0,
      cores: 0,
    },
    subjobs,
    attempt: 1,
    updated_at: 5_000,
    etag: "",
    ...more,
  };
}

export function aSample(at: number, fraction: number): Sample {
  return { at, fraction, low: fraction, high: fraction, remaining_seconds: null };
}

export function aNode(name: string, depth: number, more: Partial<PlanNode> = {}): PlanNode {
  return {
    depth,
    name,
    is_codegen: false,
    rows: null,
    time_ms: null,
    bytes: null,
    metrics: {},
    stage_ids: [],
    ...more,
  };
}
