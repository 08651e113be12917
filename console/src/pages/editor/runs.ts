/** The statements that were started in the editor: one after the other, also while another page is shown. */

import { effect, signal } from "@preact/signals";
import { ApiError, api, project } from "../../api/client";
import { hasEnded } from "../../api/events";
import type { Job, JobIn } from "../../api/types";
import { forgetCatalog } from "../catalog/catalog";
import type { Around, Statement } from "./statements";

/** A statement that was started: waits for its turn, has its job, has ended, or was passed over. */
export interface Run {
  id: number;
  project: string;
  statement: Statement;
  around: Around;
  queue: string;
  job: Job | null;
  /** Why there is no job, or why nothing is known of it now. */
  failure: ApiError | null;
  state: "waiting" | "going" | "ended" | "passed over";
}

const AGAIN_MS = 3_000;
const WAIT_SECONDS = 50;

/** What was started last, in order, in all projects. */
export const runs = signal<readonly Run[]>([]);

let lastId = 0;

/** Start statements in order; the first that does not finish ends the row. What has ended is put away. */
export function start(statements: readonly (readonly [Statement, Around])[], queue: string): void {
  const added = statements.map(([statement, around]): Run => {
    lastId += 1;
    const here = { id: lastId, project: project.peek(), statement, around, queue };
    return { ...here, job: null, failure: null, state: "waiting" };
  });
  const others = runs.peek().filter((run) => isUnderWay(run) || run.project !== project.peek());
  runs.value = [...others, ...added];
  void runInOrder(added);
}

/** Do not start the project's statements that wait for their turn. */
export function passOverWaiting(): void {
  for (const run of runs.peek()) {
    if (run.state === "waiting" && run.project === project.peek()) change(run.id, { state: "passed over" });
  }
}

/** Hear of a move of a run's job; its end is not taken back by older news. */
export function tellOf(id: number, job: Job): void {
  const known = runs.peek().find((run) => run.id === id)?.job;
  if (known && !hasEnded(known)) change(id, { job });
}

export function isUnderWay({ state }: Run): boolean {
  return state === "waiting" || state === "going";
}

async function runInOrder(row: readonly Run[]): Promise<void> {
  for (const run of row) {
    if (stateOf(run.id) !== "waiting") continue;
    await untilShown(run.project);
    change(run.id, { state: "going" });
    const job = await submit(run);
    const end = job && (await untilEnd(run, job));
    change(run.id, { state: "ended" });
    if (run.statement.job_type !== "QUERY") forgetCatalog();
    if (end?.state === "FINISHED") continue;
    for (const { id } of row) if (stateOf(id) === "waiting") change(id, { state: "passed over" });
  }
}

async function submit(run: Run): Promise<Job | null> {
  const { statement, around, queue } = run;
  const body: JobIn = {
    sql: statement.text,
    queue_name: queue,
    current_db: around.database,
    conf: around.conf,
  };
  try {
    const job = await api<Job>("/jobs", { method: "POST", body });
    change(run.id, { job });
    return job;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    change(run.id, { failure: error });
    return null;
  }
}

/** Wait for a job's end, however long the service is away; null when there is no such job any more. */
async function untilEnd(run: Run, submitted: Job): Promise<Job | null> {
  let job = submitted;
  while (!hasEnded(job)) {
    await untilShown(run.project);
    try {
      job = await api<Job>(`/jobs/${job.job_id}?wait=${WAIT_SECONDS}`);
      change(run.id, { job, failure: null });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      change(run.id, { failure: error });
      if (error.status === 404) return null;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
  return job;
}

/** Calls go to the project that is shown: wait until it is this one. */
function untilShown(id: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (project.value !== id) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}

function stateOf(id: number): Run["state"] | undefined {
  return runs.peek().find((run) => run.id === id)?.state;
}

function change(id: number, changes: Partial<Run>): void {
  runs.value = runs.peek().map((run) => (run.id === id ? { ...run, ...changes } : run));
}

window.addEventListener("beforeunload", (event) => {
  if (runs.peek().some(({ state }) => state === "waiting")) event.preventDefault(); // they would be lost
});
