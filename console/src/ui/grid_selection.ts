/** Cells that are selected in the grid, and how they are copied: as tab-separated text. */

import { SlickRange, type SlickCellSelectionModel, type SlickGrid } from "slickgrid";
import type { Column } from "../api/types";
import { cellText, kindOf, tsvOf } from "./grid_cells";
import type { Cell } from "./grid_json";
import { MOST_SELECTED, type Copied } from "./grid_limits";
import type { ResultPages } from "./grid_pages";

/** Give the rows of a selection as text; null while some of them are not here. */
export function selectedText(
  range: SlickRange,
  rowOf: (index: number) => Cell[] | undefined,
  columns: readonly Column[],
  withNames: boolean,
): string | null {
  const first = Math.max(1, range.fromCell) - 1; // the grid's first column counts rows
  const chosen = columns
    .slice(first, range.toCell)
    .map((column) => ({ ...column, kind: kindOf(column.type) }));
  const lines: string[][] = withNames ? [chosen.map((column) => column.name)] : [];
  for (let index = range.fromRow; index <= range.toRow; index += 1) {
    const row = rowOf(index);
    if (!row) return null;
    lines.push(chosen.map((column, at) => cellText(row[first + at] ?? null, column.kind)));
  }
  return tsvOf(lines);
}

/** Put the grid's selection into a copy event. */
export function copySelection(
  event: ClipboardEvent,
  range: SlickRange | undefined,
  rowOf: (index: number) => Cell[] | undefined,
  columns: readonly Column[],
  withNames: boolean,
): Copied {
  if (!range || !event.clipboardData) return { kind: "nothing" };
  event.preventDefault();
  const text = selectedText(range, rowOf, columns, withNames);
  if (text === null) return { kind: "missing" };
  event.clipboardData.setData("text/plain", text);
  const columnCount = range.toCell - Math.max(1, range.fromCell) + 1;
  return { kind: "copied", rows: range.toRow - range.fromRow + 1, columns: columnCount };
}

/** Let the grid select by row number, by Shift and a click, and all at once; never more than can be copied. */
export function addSelection(
  grid: SlickGrid,
  model: SlickCellSelectionModel,
  pages: ResultPages,
  tooMany: () => void,
): void {
  const lastCell = (): number => grid.getColumns().length - 1;
  const select = (fromRow: number, fromCell: number, toRow: number, toCell: number): void => {
    const bounded = Math.max(fromRow - MOST_SELECTED + 1, Math.min(toRow, fromRow + MOST_SELECTED - 1));
    if (bounded !== toRow) tooMany();
    model.setSelectedRanges([new SlickRange(fromRow, fromCell, bounded, toCell)]);
  };
  grid.onClick.subscribe((event, { row, cell }) => {
    const active = grid.getActiveCell();
    const isShift = event.shiftKey === true;
    if (cell === 0) {
      if (!isShift || !active) grid.setActiveCell(row, 1, false, false, true);
      select(isShift && active ? active.row : row, 1, row, lastCell());
    } else if (isShift && active) {
      select(active.row, active.cell, row, cell);
    } else {
      return;
    }
    event.stopImmediatePropagation();
  });
  // Subscribed before the model's own: it would mark every cell of a million rows.
  grid.onKeyDown.subscribe((event) => {
    const { key = "", ctrlKey, metaKey, shiftKey } = event;
    const active = grid.getActiveCell();
    const isAll = (ctrlKey || metaKey) && key.toLowerCase() === "a" && !shiftKey;
    const isFar = ctrlKey && shiftKey && active && ["ArrowDown", "ArrowUp", "End", "Home"].includes(key);
    if (isAll) {
      select(0, 1, pages.rowCount - 1, lastCell());
    } else if (isFar && pages.rowCount > MOST_SELECTED) {
      const isDown = key === "ArrowDown" || key === "End";
      select(active.row, active.cell, isDown ? pages.rowCount - 1 : 0, active.cell);
    } else {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  });
}
