/** Calls of the project's API, and the addresses of its downloads and events. */

import { signal } from "@preact/signals";
import { ApiError } from "./errors";
import { type Init, besidePage, jsonOf, send } from "./http";
import { signedOut } from "./reach";

export { ApiError, isAborted } from "./errors";

/** The project that is looked at; empty before signing in. */
export const project = signal("");

/** Give the address of a call of the project's API, for links and event streams: `apiUrl("/jobs")`. */
export function apiUrl(path: string): string {
  return besidePage(`../api/v1/${encodeURIComponent(project.peek())}${path}`);
}

/**
 * Call the project's API: `api<Jobs>("/jobs?limit=50")`. Gives the answer's JSON.
 *
 * Throws `ApiError`; of a call that was given up by its signal, the `AbortError`.
 */
export async function api<T>(path: string, init: Init = {}): Promise<T> {
  try {
    return await jsonOf<T>(await send(apiUrl(path), init));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) signedOut();
    throw error;
  }
}
