/** The grid's columns: names with their types, widths that fit what the first rows hold. */

import type { Column as GridColumn } from "slickgrid";
import type { Column } from "../api/types";
import { kindOf, shownText, type Kind } from "./grid_cells";
import type { Cell } from "./grid_json";

/** The column of row numbers; it comes first. */
export const ROW_NUMBER = "#";

const LOOKED_AT = 60; // rows
const NARROWEST = 56;
const WIDEST = 360;
const BOLD = 1.12; // a heading is so much wider than a cell with the same text
const AROUND = 22; // padding, border and the sign for more, in pixels

/** Give the grid's columns for a result; `font` is the cells', as CSS writes it. */
export function gridColumns(
  columns: readonly Column[],
  firstRows: readonly Cell[][],
  rowCount: number,
  font: string,
): GridColumn[] {
  const widthOf = textWidth(font);
  const digits = widthOf(Math.max(rowCount, 9_999).toLocaleString("en"));
  return [rowNumbers(Math.ceil(digits) + AROUND), ...columns.map(dataColumn)];

  function dataColumn(column: Column, index: number): GridColumn {
    const kind = kindOf(column.type);
    const samples = firstRows.slice(0, LOOKED_AT).map((row) => shownText(row[index] ?? null, kind));
    const widest = Math.max(
      widthOf(column.name) * BOLD,
      widthOf(column.type) * 0.85,
      ...samples.map(widthOf),
    );
    return {
      id: `c${index}`,
      field: String(index),
      name: heading(column),
      toolTip: `${column.name}: ${column.type}`,
      cssClass: `kind-${kind}`,
      headerCssClass: `kind-${kind}`,
      width: Math.min(WIDEST, Math.max(NARROWEST, Math.ceil(widest) + AROUND)),
      minWidth: 40,
      formatter: (_row, _cell, _value, _column, item: Cell[]) => shownCell(item[index] ?? null, kind),
    };
  }
}

function rowNumbers(width: number): GridColumn {
  return {
    id: ROW_NUMBER,
    field: ROW_NUMBER,
    name: ROW_NUMBER,
    toolTip: "Row number; a click selects the row",
    cssClass: "row-number",
    headerCssClass: "row-number",
    width,
    resizable: false,
    focusable: false,
    formatter: (row) => (row + 1).toLocaleString("en"),
  };
}

function shownCell(cell: Cell, kind: Kind): string | HTMLElement {
  if (cell !== null) return shownText(cell, kind);
  const sign = document.createElement("span");
  sign.className = "null";
  sign.textContent = "null";
  return sign;
}

function heading(column: Column): HTMLElement {
  const box = document.createElement("span");
  const name = document.createElement("span");
  const type = document.createElement("span");
  box.className = "heading";
  name.className = "heading-name";
  type.className = "heading-type";
  name.textContent = column.name;
  type.textContent = column.type;
  box.append(name, type);
  return box;
}

function textWidth(font: string): (text: string) => number {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return (text) => text.length * 7.5;
  context.font = font;
  return (text) => context.measureText(text.slice(0, 80)).width;
}
