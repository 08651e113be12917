import type { StatementError } from "../api/types";

export interface Range {
  from: number;
  to: number;
}

/** Find the place of an error in its statement: what Spark names, a word there, or the first word. */
export function errorRange(sql: string, error: Pick<StatementError, "line" | "column" | "fragment">): Range {
  const lines = sql.split("\n");
  const line = error.line === null ? undefined : lines[error.line - 1];
  if (error.line === null || line === undefined) return firstWord(sql);
  const start = lines.slice(0, error.line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  const before = [...line].slice(0, (error.column ?? 1) - 1).join(""); // Spark counts code points
  const from = start + before.length;
  if (error.fragment && sql.startsWith(error.fragment, from)) {
    return { from, to: from + error.fragment.length };
  }
  const word = /^(?:`[^`\n]*`|[\p{L}\p{N}_]+|[^\n])/u.exec(sql.slice(from));
  if (word) return { from, to: from + word[0].length };
  return { from: Math.max(start, from - 1), to: from }; // at the end of a line: the character before it
}

function firstWord(sql: string): Range {
  const from = /^(?:\s|--.*|\/\*[^]*?\*\/)*/.exec(sql)?.[0].length ?? 0;
  const word = /^\w+/.exec(sql.slice(from))?.[0] ?? "";
  return { from, to: from + word.length };
}
