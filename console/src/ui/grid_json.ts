/** JSON of results without loss: a number that JavaScript cannot hold keeps its digits. */

/** A number as it was written, for example a 64-bit integer or a decimal with its trailing zeros. */
export interface ExactNumber {
  readonly rawJSON: string;
}

/** One value of a result, as its JSON tells it. */
export type Cell = null | boolean | string | number | ExactNumber | Cell[] | { [name: string]: Cell };

interface ExactJson {
  rawJSON?(text: string): ExactNumber;
  isRawJSON?(value: unknown): value is ExactNumber;
}

const json = JSON as ExactJson;

/** The form of cells to ask for: where the browser cannot keep numbers exactly, the text that Spark shows. */
export const CELLS: "native" | "text" = json.rawJSON && json.isRawJSON ? "native" : "text";

/** Parse JSON; numbers that would change are kept as they were written. */
export function parseExactly(text: string): unknown {
  const keep = json.rawJSON;
  if (!keep) return JSON.parse(text);
  return JSON.parse(text, (_key: string, value: unknown, context?: { source?: string }) => {
    const source = context?.source;
    return typeof value === "number" && source !== undefined && String(value) !== source
      ? keep.call(JSON, source)
      : value;
  });
}

/** Tell whether a value is a number that kept its digits. */
export function isExact(value: unknown): value is ExactNumber {
  return json.isRawJSON !== undefined && json.isRawJSON.call(JSON, value);
}

/** Write a cell as JSON, compact or over several lines. */
export function writeExactly(cell: Cell, indent = 0): string {
  return JSON.stringify(cell, null, indent);
}
