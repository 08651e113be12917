/** How a cell looks: by its column's Spark type, as text for the screen and for the clipboard. */

import { CELLS, isExact, writeExactly, type Cell } from "./grid_json";

/** What a column holds, as far as it matters for showing it. */
export type Kind = "number" | "boolean" | "text" | "moment" | "binary" | "nested";

/** Characters of a cell that the grid shows; the rest is in the detail. */
const SHOWN = 400;

const NUMBERS = new Set(["tinyint", "smallint", "int", "bigint", "float", "double", "decimal"]);
const MOMENTS = new Set(["date", "timestamp", "timestamp_ltz", "timestamp_ntz", "time"]);
const NESTED = new Set(["array", "map", "struct", "variant", "geometry", "geography"]);

/** Find what a column of a Spark type (its simple name) holds. */
export function kindOf(type: string): Kind {
  const name = /^[a-z_]+/.exec(type)?.[0] ?? "";
  if (NUMBERS.has(name)) return "number";
  if (MOMENTS.has(name)) return "moment";
  if (NESTED.has(name)) return "nested";
  return name === "boolean" || name === "binary" ? name : "text";
}

/** Give the whole of a cell as text: numbers digit by digit, binary as hex, nested values as compact JSON. */
export function cellText(cell: Cell, kind: Kind): string {
  if (cell === null) return "";
  if (isExact(cell)) return cell.rawJSON;
  if (typeof cell === "string") {
    if (CELLS === "text") return cell;
    if (kind === "binary") return hexOf(cell);
    return kind === "nested" ? writeExactly(cell) : cell;
  }
  return typeof cell === "object" ? writeExactly(cell) : String(cell);
}

/** Give what fits into a cell of the grid: one line, not longer than anybody reads there. */
export function shownText(cell: Cell, kind: Kind): string {
  // Four characters of base64 become six digits: the first part gives more than is shown.
  const part = kind === "binary" && typeof cell === "string" ? cell.slice(0, SHOWN) : cell;
  const text = cellText(part, kind);
  const isCut = text.length > SHOWN || part !== cell;
  const line = (isCut ? text.slice(0, SHOWN) : text).replace(/\r?\n/g, "↵").replace(/\t/g, "⇥");
  return isCut ? `${line}…` : line;
}

/** Give a cell's text over several lines, for reading it alone. */
export function detailText(cell: Cell, kind: Kind): string {
  if (cell === null) return "null";
  if (typeof cell === "object" && !isExact(cell)) return writeExactly(cell, 2);
  return kind === "binary" ? spaced(cellText(cell, kind)) : cellText(cell, kind);
}

/** Give rows as tab-separated text, as spreadsheets paste it; null is an empty cell. */
export function tsvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(tsvCell).join("\t")).join("\n");
}

function tsvCell(text: string): string {
  return /[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function hexOf(base64: string): string {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join("");
}

function spaced(hex: string): string {
  return hex.replace(/(..)(?=.)/g, "$1 ");
}
