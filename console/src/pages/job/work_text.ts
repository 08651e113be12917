import { count, duration } from "../../ui/format";
import type { Axis } from "./time_axis";
import type { WorkRow } from "./work_rows";

/** The name of a row: what it is, with its attempt when it was begun again. */
export function rowName(row: WorkRow): string {
  if (row.kind === "subjob") {
    return `Subjob ${row.subjobId}`;
  }
  const again = row.stage.attempt_id > 0 ? `, attempt ${row.stage.attempt_id + 1}` : "";
  return `Stage ${row.stage.stage_id}${again}`;
}

/** What a row belongs to that no row above it names. */
export function rowOf(row: WorkRow): string {
  return row.kind === "stage" && row.isAlone ? `of subjob ${row.subjobId}` : "";
}

/** How long it took, or has taken at the moment `now`; empty when it has not begun. */
export function tookText(row: WorkRow, now: number): string {
  return row.span === null ? "" : duration(Math.max(0, (row.span.end ?? now) - row.span.begin));
}

/** Its tasks: those done of all while it runs, all when it has ended. */
export function tasksText(row: WorkRow): string {
  const { done, all } = tasksOf(row);
  return done === all ? count(all) : `${count(done)} / ${count(all)}`;
}

/** The tasks of a row. Spark counts those that it skipped to a subjob's; they are left out here. */
export function tasksOf(row: WorkRow): { done: number; active: number; all: number } {
  if (row.kind === "stage") {
    const { num_completed_indices, num_active_tasks, num_tasks } = row.stage;
    return { done: num_completed_indices, active: num_active_tasks, all: num_tasks };
  }
  const { subjob } = row;
  const all = Math.max(0, (subjob.num_tasks ?? 0) - (subjob.num_skipped_tasks ?? 0));
  const done = Math.min(all, subjob.num_completed_indices ?? subjob.num_completed_tasks ?? 0);
  return { done, active: subjob.num_active_tasks ?? 0, all };
}

export type WorkStatus = "waiting" | "running" | "done" | "failed";

/** A row's status in our words. */
export function statusOf(row: WorkRow): WorkStatus {
  switch (row.kind === "stage" ? row.stage.status : row.subjob.status) {
    case "ACTIVE":
    case "RUNNING":
      return "running";
    case "FAILED":
      return "failed";
    case "PENDING":
      return "waiting";
    default:
      return "done";
  }
}

/** The bar in words, for those who do not see it. */
export function barLabel(row: WorkRow, axis: Axis, now: number): string {
  const status = statusOf(row);
  const name = [rowName(row), rowOf(row)].filter(Boolean).join(" ");
  if (row.span === null) {
    return `${name}: ${status}`;
  }
  const { done, active, all } = tasksOf(row);
  const began = duration(Math.max(0, row.span.begin - axis.begin));
  const parts = [`${name}: ${status}`, `began at ${began}`, `took ${tookText(row, now)}`];
  parts.push(`${count(done)} of ${count(all)} tasks done`);
  if (active > 0) {
    parts.push(`${count(active)} running`);
  }
  parts.push(...row.findings.map((finding) => `${finding.severity}: ${finding.text}`));
  return parts.join(", ");
}
