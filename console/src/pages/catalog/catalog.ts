/** What the catalogue holds, asked when it is needed and kept for a minute. */

import { signal } from "@preact/signals";
import { api, project } from "../../api/client";
import type { Database, Databases, Partitions, Table, TableEntry, Tables } from "../../api/types";
import { type Asked, useEngineAnswer } from "./engine_answer";

const KEPT_MS = 60_000;
const KEPT_MOST = 400;

type Answer = Databases | Tables | Table | Partitions;

/** Rises each time the answers are forgotten. */
export const catalogVersion = signal(0);

const kept = new Map<string, { at: number; answer: Promise<unknown> }>();

/** The databases of the project's catalogue; this and the others throw `ApiError`. */
export async function databases(): Promise<Database[]> {
  return (await recall<Databases>(databasesPath())).databases;
}

export async function tables(database: string): Promise<TableEntry[]> {
  return (await recall<Tables>(tablesPath(database))).tables;
}

export function table(database: string, name: string): Promise<Table> {
  return recall<Table>(tablePath(database, name));
}

export function databasesPath(): string {
  return "/catalog/databases";
}

export function tablesPath(database: string): string {
  return `${databasesPath()}/${encodeURIComponent(database)}/tables`;
}

export function tablePath(database: string, name: string): string {
  return `${tablesPath(database)}/${encodeURIComponent(name)}`;
}

export function partitionsPath(database: string, name: string): string {
  return `${tablePath(database, name)}/partitions`;
}

/** Follow a path of the catalogue: asked anew when its answers were forgotten. An empty one asks nothing. */
export function useCatalog<T extends Answer>(path: string): Asked<T> {
  return useEngineAnswer(path, () => recall<T>(path), catalogVersion.value);
}

/** Ask for a path, or give what was answered to it less than a minute ago. Failures are not kept. */
function recall<T extends Answer>(path: string): Promise<T> {
  const key = `${project.peek()} ${path}`;
  const known = kept.get(key);
  if (known && Date.now() - known.at < KEPT_MS) return known.answer as Promise<T>;
  const answer = api<T>(path);
  const entry = { at: Date.now(), answer };
  kept.delete(key);
  kept.set(key, entry);
  const [oldest] = kept.keys();
  if (kept.size > KEPT_MOST && oldest !== undefined) kept.delete(oldest);
  answer.catch(() => {
    if (kept.get(key) === entry) kept.delete(key);
  });
  return answer;
}

/** Forget all answers: a statement that ran, or a reader who asks, may have made them old. */
export function forgetCatalog(): void {
  kept.clear();
  catalogVersion.value += 1;
}
