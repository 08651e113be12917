/** The statements of a text, as the service tells them apart, with their places in it. */

import { api } from "../../api/client";
import type { JobType } from "../../api/types";

/** A statement; `start` and `end` are places in the text as the editor counts (UTF-16). */
export interface Statement {
  text: string;
  start: number;
  end: number;
  line: number;
  job_type: JobType;
  /** The database that it means for the statements after it. */
  uses: string | null;
  /** The configuration that it means for the statements after it. */
  sets: Record<string, string>;
  /** What it makes ends with its job. */
  is_temporary: boolean;
}

/** What a statement runs in. */
export interface Around {
  database: string;
  conf: Record<string, string>;
}

/** Ask for the statements of a text; throws `ApiError`. */
export async function split(text: string, signal?: AbortSignal): Promise<Statement[]> {
  if (!text.trim()) return [];
  const init = { method: "POST", body: { sql: text }, signal };
  const { statements } = await api<{ statements: Statement[] }>("/split", init);
  const place = places(text);
  return statements.map((each) => ({ ...each, start: place(each.start), end: place(each.end) }));
}

/** Give the database that the USE statements of a text leave, `first` without any; throws `ApiError`. */
export async function databaseAfter(text: string, first: string): Promise<string> {
  if (!/\buse\b/i.test(text)) return first;
  return (await split(text)).findLast(({ uses }) => uses !== null)?.uses ?? first;
}

/** Give what follows a statement that ran in `around`. */
export function after(statement: Statement, around: Around): Around {
  return {
    database: statement.uses ?? around.database,
    conf: { ...around.conf, ...statement.sets },
  };
}

/** Pair each statement with what those before it leave to it. */
export function withAround(statements: readonly Statement[], first: Around): [Statement, Around][] {
  let around = first;
  return statements.map((each) => {
    const here = around;
    around = after(each, around);
    return [each, here];
  });
}

/**
 * Give the index of the statement that the cursor means, -1 when there is none: the one around it, or the one
 * that ended before it on the same line, or else the next, or the last.
 */
export function indexAt(statements: readonly Statement[], text: string, pos: number): number {
  const index = statements.findLastIndex((each) => each.start <= pos);
  const found = statements[index];
  if (!found) return statements.length ? 0 : -1;
  const isPast = pos > found.end && text.slice(found.end, pos).includes("\n");
  return isPast && index + 1 < statements.length ? index + 1 : index;
}

/** Translate ascending counts of characters into places: characters beyond U+FFFF take two. */
function places(text: string): (count: number) => number {
  if (!/[\ud800-\udbff]/.test(text)) return (count) => count;
  let counted = 0;
  let at = 0;
  return (count) => {
    for (; counted < count; counted += 1) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    return at;
  };
}
