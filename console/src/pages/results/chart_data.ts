/** What a quick chart draws: chosen columns of the first rows as numbers. */

import type { Column } from "../../api/types";
import { cellText, kindOf } from "../../ui/grid_cells";
import { isExact, type Cell } from "../../ui/grid_json";

export type ChartKind = "bar" | "line" | "scatter";

/** The columns of a chart by their places; `x` is null for the row's number. */
export interface ChartChoice {
  kind: ChartKind;
  x: number | null;
  y: readonly number[];
}

/** Numbers in the order of `x`; `labels` are there when `x` only counts them. */
export interface ChartData {
  x: number[];
  y: (number | null)[][];
  labels: string[] | null;
  isTime: boolean;
  /** Rows without a value for `x`. */
  leftOut: number;
}

/** Give a cell as a number; null where there is none, as for NaN. */
export function numberOf(cell: Cell): number | null {
  if (cell === null || typeof cell === "boolean") return null;
  const value = isExact(cell) ? Number(cell.rawJSON) : typeof cell === "object" ? NaN : Number(cell);
  return Number.isFinite(value) && cell !== "" ? value : null;
}

/** Give a date or a timestamp in seconds since 1970, its clock read as UTC. */
export function secondsOf(cell: Cell): number | null {
  if (typeof cell !== "string") return null;
  const [day = "", clock = "00:00:00"] = cell.split(" ");
  const at = Date.parse(`${day}T${clock.slice(0, 12)}Z`);
  return Number.isNaN(at) ? null : at / 1_000;
}

/** Choose what is most likely wanted of a result; null when it has no numbers. */
export function likelyChoice(columns: readonly Column[]): ChartChoice | null {
  const kinds = columns.map((column) => kindOf(column.type));
  const moment = kinds.findIndex((kind, index) => kind === "moment" && columns[index]?.type !== "time");
  const name = kinds.findIndex((kind) => kind === "text" || kind === "boolean");
  const x = moment >= 0 ? moment : name;
  const numbers = kinds.flatMap((kind, index) => (kind === "number" ? [index] : []));
  const [first, second] = numbers;
  if (first === undefined) return null;
  if (x >= 0) return { kind: moment >= 0 ? "line" : "bar", x, y: [first] };
  return second === undefined
    ? { kind: "line", x: null, y: [first] }
    : { kind: "scatter", x: first, y: [second] };
}

/** Give the numbers of a chart; `rows` are the result's first. */
export function chartData(
  rows: readonly Cell[][],
  columns: readonly Column[],
  choice: ChartChoice,
): ChartData {
  const { x: at, y } = choice;
  const type = at === null ? "int" : (columns[at]?.type ?? "string");
  const kind = kindOf(type);
  const isTime = kind === "moment" && type !== "time" && choice.kind !== "bar";
  const isScale = choice.kind !== "bar" && (isTime || kind === "number");
  const points = rows.flatMap((row, index) => {
    const cell = at === null ? index + 1 : (row[at] ?? null);
    const place = isTime ? secondsOf(cell) : isScale ? numberOf(cell) : index;
    const label = cell === null ? "null" : cellText(cell, kind);
    return place === null ? [] : [{ place, label, values: y.map((each) => numberOf(row[each] ?? null)) }];
  });
  if (isScale) points.sort((one, other) => one.place - other.place);
  return {
    x: points.map((point, index) => (isScale ? point.place : index)),
    y: y.map((_, series) => points.map((point) => point.values[series] ?? null)),
    labels: isScale ? null : points.map((point) => point.label),
    isTime,
    leftOut: rows.length - points.length,
  };
}
