/** One request to the service the page came from: JSON in, JSON out, with the session's cookie. */

import { ApiError, errorOf, isAborted } from "./errors";
import { reached, unreachable } from "./reach";

export interface Init {
  method?: string;
  /** Sent as JSON. */
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/** Resolve an address beside the page, whatever stands before `/console/`. */
export function besidePage(path: string): string {
  return new URL(path, location.href.split("#")[0]).href;
}

/** Send a request; throws `ApiError`, or the `AbortError` of a call that was given up. */
export async function send(url: string, init: Init = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", "X-Headway-Console": "1" };
  if (init.body !== undefined) headers["Content-Type"] = "application/json";
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: init.method ?? "GET",
      headers,
      body: init.body === undefined ? null : JSON.stringify(init.body),
      signal: init.signal ?? null,
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch (error) {
    if (isAborted(error)) throw error;
    unreachable();
    throw new ApiError(0, "Unreachable", "The service does not answer");
  }
  reached();
  if (answer.ok) return answer;
  throw await errorOf(answer);
}

/** Read an answer's JSON; an answer without a body gives undefined. */
export async function jsonOf<T>(answer: Response): Promise<T> {
  const text = await answer.text();
  return (text ? JSON.parse(text) : undefined) as T;
}
