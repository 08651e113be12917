/** A page of jobs as it is shown, and how news change it: in place or announced; no row moves by itself. */

import { hasEnded } from "../../api/job_end";
import type { BriefProgress, Job, Jobs } from "../../api/types";
import { type Wanted, PAGE_ROWS, matches } from "./wanted";

export interface Row {
  job: Job;
  /** When this was heard, by this machine's clock (epoch ms): a job that lives goes on from there. */
  heardAt: number;
}

export interface Listing {
  rows: readonly Row[];
  /** How many jobs match, on all pages, when the page was read. */
  total: number;
  /** Jobs that belong on this page and are not shown yet. */
  fresh: ReadonlySet<string>;
  /** Jobs that are shown and do not match any more. */
  gone: ReadonlySet<string>;
  progress: ReadonlyMap<string, BriefProgress>;
}

export const NOTHING: Listing = {
  rows: [],
  total: 0,
  fresh: new Set(),
  gone: new Set(),
  progress: new Map(),
};

const ORDER = ["QUEUED", "LAUNCHING", "RUNNING", "CANCELLING"];

/** Take a page that was read: it is shown as it came, but for what is known better already. */
export function loaded(before: Listing, page: Jobs, now: number): Listing {
  const known = new Map(before.rows.map((row) => [row.job.job_id, row]));
  const rows = page.jobs.map((job) => newer(known.get(job.job_id), { job, heardAt: now }));
  return { ...before, rows, total: page.total, fresh: new Set(), gone: new Set() };
}

/** Take a page that was read as the net under the events: shown rows stay where they are. */
export function polled(listing: Listing, page: Jobs, wanted: Wanted, now: number): Listing {
  const merged = page.jobs.reduce((each, job) => withJob(each, job, wanted, now), listing);
  return { ...merged, total: page.total };
}

/** Take a job that was submitted or moved. */
export function withJob(listing: Listing, job: Job, wanted: Wanted, now: number): Listing {
  const isWanted = matches(job, wanted);
  const index = listing.rows.findIndex((row) => row.job.job_id === job.job_id);
  const progress = hasEnded(job) ? without(listing.progress, job.job_id) : listing.progress;
  if (index < 0) {
    const fresh = toggled(listing.fresh, job.job_id, isWanted && belongs(listing, job, wanted));
    return { ...listing, fresh, progress };
  }
  const row = newer(listing.rows[index], { job, heardAt: now });
  return {
    ...listing,
    rows: listing.rows.with(index, row),
    gone: toggled(listing.gone, job.job_id, !matches(row.job, wanted)),
    progress,
  };
}

/** Take how far a running job is. */
export function withProgress(listing: Listing, progress: BriefProgress): Listing {
  const row = listing.rows.find((each) => each.job.job_id === progress.job_id);
  if (row && hasEnded(row.job)) return listing; // said before the end, heard after it
  return { ...listing, progress: new Map(listing.progress).set(progress.job_id, progress) };
}

/** Tell whether reading the page again would show other rows. */
export function isStale(listing: Listing): boolean {
  return listing.fresh.size > 0 || listing.gone.size > 0;
}

/** A first page holds every job that is newer than its last; what comes to other pages is not announced. */
function belongs(listing: Listing, job: Job, wanted: Wanted): boolean {
  if (wanted.page > 1) return false;
  const last = listing.rows.at(-1);
  return listing.rows.length < PAGE_ROWS || last === undefined || job.submitted_at >= last.job.submitted_at;
}

/** An answer that was asked for early may come late: a job's life only goes on. */
function newer(known: Row | undefined, heard: Row): Row {
  return known && age(known.job) > age(heard.job) ? known : heard;
}

function age(job: Job): number {
  const step = ORDER.indexOf(job.state);
  return step < 0 ? Infinity : job.attempt * ORDER.length + step;
}

function toggled(set: ReadonlySet<string>, id: string, isIn: boolean): ReadonlySet<string> {
  if (set.has(id) === isIn) return set;
  const changed = new Set(set);
  if (isIn) changed.add(id);
  else changed.delete(id);
  return changed;
}

function without<T>(map: ReadonlyMap<string, T>, id: string): ReadonlyMap<string, T> {
  if (!map.has(id)) return map;
  const changed = new Map(map);
  changed.delete(id);
  return changed;
}
