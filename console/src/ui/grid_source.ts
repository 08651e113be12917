/** Where the grid's rows come from: pages of the stored result, and how much of it there is. */

import { ApiError, api, apiUrl } from "../api/client";
import { hasEnded } from "../api/events";
import { send } from "../api/http";
import { signedOut } from "../api/reach";
import type { Column, Job, Page } from "../api/types";
import { CELLS, parseExactly, type Cell } from "./grid_json";

/** Rows with their numbers exact, and how long their JSON was. */
export interface ResultPage extends Page {
  rows: Cell[][];
  characters: number;
}

/** What there is of a job's rows. */
export type ResultState =
  | { kind: "unknown" }
  | { kind: "waiting"; job: Job }
  | { kind: "rows"; columns: Column[]; rowCount: number; isComplete: boolean }
  | { kind: "none"; job: Job }
  | { kind: "expired" }
  | { kind: "failed"; error: ApiError };

const LOOK_EVERY_MS = 1_000;

/** Read a page of at most 10,000 rows; throws `ApiError`, or the `AbortError` of a call that was given up. */
export async function readPage(
  jobId: string,
  offset: number,
  limit: number,
  signal: AbortSignal,
): Promise<ResultPage> {
  const query = `format=json&cells=${CELLS}&offset=${offset}&limit=${limit}`;
  try {
    const answer = await send(apiUrl(`/jobs/${encodeURIComponent(jobId)}/result?${query}`), { signal });
    const text = await answer.text();
    return { ...(parseExactly(text) as Page & { rows: Cell[][] }), characters: text.length };
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) signedOut();
    throw error;
  }
}

/** Tell what there is of a job's rows, until no more will come or `signal` says so. */
export async function followResult(
  jobId: string,
  tell: (state: ResultState) => void,
  trouble: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const state = await lookAt(jobId, signal);
      if (signal.aborted) return;
      trouble(null);
      tell(state);
      const goesOn = state.kind === "waiting" || (state.kind === "rows" && !state.isComplete);
      if (!goesOn) return;
    } catch (error) {
      if (signal.aborted) return;
      trouble(error);
    }
    await pause(LOOK_EVERY_MS, signal);
  }
}

async function lookAt(jobId: string, signal: AbortSignal): Promise<ResultState> {
  try {
    const page = await readPage(jobId, 0, 0, signal);
    return { kind: "rows", columns: page.columns, rowCount: page.row_count, isComplete: page.is_complete };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 410) return { kind: "expired" };
    if (error.status === 409) {
      const job = await api<Job>(`/jobs/${encodeURIComponent(jobId)}`, { signal });
      return { kind: hasEnded(job) ? "none" : "waiting", job };
    }
    if (error.status >= 400 && error.status < 500 && error.status !== 429) return { kind: "failed", error };
    throw error;
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
