/** Where in a statement an error is, and lines of pieces cut so that the place can be marked. */

import type { StatementError } from "../api/types";
import type { Piece } from "./sql_highlight";
import { errorRange } from "./sql_place";

/** A place in a text: a line from 0, and characters of it. */
export interface Mark {
  line: number;
  from: number;
  to: number;
}

export interface MarkedPiece extends Piece {
  isMarked: boolean;
}

/** Give the place that an error names; null without an error that names one. */
export function markOf(
  sql: string,
  error: Pick<StatementError, "line" | "column" | "fragment"> | null | undefined,
): Mark | null {
  if (!error?.line) return null;
  const { from, to } = errorRange(sql, error);
  const before = sql.slice(0, from).split("\n");
  const start = before.at(-1)?.length ?? 0;
  const [first = ""] = sql.slice(from, to).split("\n"); // what goes on in the next line is not marked
  return { line: before.length - 1, from: start, to: start + first.length };
}

/** Cut the pieces of a marked line at the mark's ends. */
export function cutAt(pieces: Piece[], mark: Mark): MarkedPiece[] {
  const cut: MarkedPiece[] = [];
  let at = 0;
  for (const { text, classes } of pieces) {
    const ends = [0, mark.from - at, mark.to - at, text.length].map((end) =>
      Math.min(text.length, Math.max(0, end)),
    );
    for (const [index, isMarked] of [false, true, false].entries()) {
      const part = text.slice(ends[index], ends[index + 1]);
      if (part) cut.push({ text: part, classes, isMarked });
    }
    at += text.length;
  }
  return cut;
}
