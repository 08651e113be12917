/** Which jobs a reader wants to see: what the page's address says, and what the API is asked. */

import type { Job, JobStatus } from "../../api/types";

export const PAGE_ROWS = 50;

export interface Wanted {
  /** Empty: every status. */
  statuses: readonly JobStatus[];
  queue: string;
  owner: string;
  /** Part of the statement, in whichever case. */
  search: string;
  /** From 1. */
  page: number;
}

/** The statuses that can be asked for, with the words that people see. */
export const STATUSES: readonly (readonly [JobStatus, string])[] = [
  ["LAUNCHING", "Waiting"],
  ["RUNNING", "Running"],
  ["FINISHED", "Finished"],
  ["FAILED", "Failed"],
  ["CANCELLED", "Cancelled"],
];

/** Read what is wanted out of an address' query; what does not fit is passed over. */
export function wantedOf(query: URLSearchParams): Wanted {
  const asked = query.getAll("status");
  const page = Number(query.get("page") ?? 1);
  return {
    statuses: STATUSES.map(([status]) => status).filter((status) => asked.includes(status)),
    queue: query.get("queue") ?? "",
    owner: query.get("owner") ?? "",
    search: query.get("search") ?? "",
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

/** Give the call that answers with the wanted page. */
export function callFor(wanted: Wanted): string {
  const query = new URLSearchParams();
  for (const status of wanted.statuses) query.append("status", status);
  for (const name of ["queue", "owner", "search"] as const) if (wanted[name]) query.set(name, wanted[name]);
  query.set("limit", String(PAGE_ROWS));
  query.set("offset", String((wanted.page - 1) * PAGE_ROWS));
  return `/jobs?${query.toString()}`;
}

/** Tell whether anything is asked for but the newest jobs. */
export function isFiltered(wanted: Wanted): boolean {
  return Boolean(wanted.statuses.length || wanted.queue || wanted.owner || wanted.search);
}

/** Tell whether a job is one of the wanted, on whichever page. */
export function matches(job: Job, wanted: Wanted): boolean {
  return (
    (wanted.statuses.length === 0 || wanted.statuses.includes(job.status)) &&
    (!wanted.queue || job.queue_name === wanted.queue) &&
    (!wanted.owner || job.owner === wanted.owner) &&
    (!wanted.search || job.statement.toLowerCase().includes(wanted.search.toLowerCase()))
  );
}
