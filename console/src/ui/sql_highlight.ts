/** SQL in pieces with classes, for statements that are only read. Loaded when the first one is shown. */

import { highlightCode } from "@lezer/highlight";
import { sparkDialect, sparkHighlighter } from "./sql_language";

/** A piece of a line; `classes` are `tok-keyword` and the like, empty for plain text. */
export interface Piece {
  text: string;
  classes: string;
}

/** Cut SQL into lines of pieces. */
export function highlightLines(sql: string): Piece[][] {
  const lines: Piece[][] = [[]];
  highlightCode(
    sql,
    sparkDialect.language.parser.parse(sql),
    sparkHighlighter,
    (text, classes) => lines.at(-1)?.push({ text, classes }),
    () => lines.push([]),
  );
  return lines;
}
