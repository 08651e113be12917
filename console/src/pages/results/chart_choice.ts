/** What the quick chart shows, kept in the address: `chart=bar&x=0&y=1&y=2&first=1000`. */

import type { Column } from "../../api/types";
import { kindOf } from "../../ui/grid_cells";
import { likelyChoice, type ChartChoice, type ChartKind } from "./chart_data";

/** Of how many rows a chart can be made. */
export const FIRST_ROWS = [100, 1_000, 10_000] as const;

export const KINDS: readonly ChartKind[] = ["bar", "line", "scatter"];

export interface ChosenChart extends ChartChoice {
  first: number;
}

/** Give the places of the columns that hold numbers. */
export function numberColumns(columns: readonly Column[]): number[] {
  return columns.flatMap((column, index) => (kindOf(column.type) === "number" ? [index] : []));
}

/** Read the choice; what the address leaves open is what is most likely wanted. Null: there are no numbers. */
export function chosen(query: URLSearchParams, columns: readonly Column[]): ChosenChart | null {
  const likely = likelyChoice(columns);
  if (!likely) return null;
  const numbers = numberColumns(columns);
  const kind = KINDS.find((each) => each === query.get("chart")) ?? likely.kind;
  const y = query
    .getAll("y")
    .map(Number)
    .filter((index) => numbers.includes(index));
  const first =
    FIRST_ROWS.find((rows) => String(rows) === query.get("first")) ?? (kind === "bar" ? 100 : 1_000);
  return { kind, x: xOf(query.get("x"), columns.length, likely.x), y: y.length ? y : likely.y, first };
}

/** Give the address' parts for a choice. */
export function queryOf(choice: ChosenChart): Record<string, string | string[]> {
  return {
    chart: choice.kind,
    x: choice.x === null ? "row" : String(choice.x),
    y: choice.y.map(String),
    first: String(choice.first),
  };
}

function xOf(text: string | null, count: number, likely: number | null): number | null {
  if (text === "row") return null;
  const index = text === null ? NaN : Number(text);
  return Number.isInteger(index) && index >= 0 && index < count ? index : likely;
}
