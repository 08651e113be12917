/** SlickGrid over the pages of a result. Loaded only where rows are shown. */

import { SlickCellRangeSelector, SlickCellSelectionModel, SlickGrid, type CustomDataView } from "slickgrid";
import type { Column } from "../api/types";
import { gridColumns } from "./grid_columns";
import type { Cell } from "./grid_json";
import type { Copied } from "./grid_limits";
import { PAGE_ROWS, type ResultPages } from "./grid_pages";
import { addSelection, copySelection } from "./grid_selection";

const ROW_HEIGHT = 27;

/** What the grid tells its page. */
export interface GridListener {
  /** A cell is to be read alone. */
  opened(row: number, column: number): void;
  copied(copied: Copied): void;
  /** More rows were to be selected than can be copied at once. */
  tooMany(): void;
}

/** A grid on the page. */
export interface GridHandle {
  /** Show rows that have come, and how many there are. */
  refresh(first: number, last: number): void;
  /** Copy the selection; the names of its columns come first if wanted. */
  copy(withNames: boolean): void;
  /** Bring a row (from 0) into view and select its first cell. */
  goTo(row: number): void;
  destroy(): void;
}

/** Put a grid into `host`, whose height is given. */
export function openGrid(
  host: HTMLElement,
  pages: ResultPages,
  columns: readonly Column[],
  listener: GridListener,
): GridHandle {
  const { fontSize, fontFamily } = getComputedStyle(host);
  const firstRows = Array.from({ length: PAGE_ROWS }, (_, index) => pages.row(index) ?? []).filter(hasCells);
  const view: CustomDataView<Cell[] | undefined> = {
    getLength: () => pages.rowCount,
    getItem: (index) => pages.row(index),
    getItemMetadata: () => null,
  };
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
  const grid = new SlickGrid(
    host,
    view,
    gridColumns(columns, firstRows, pages.rowCount, `${fontSize} ${fontFamily}`),
    {
      nonce,
      rowHeight: ROW_HEIGHT,
      editable: false,
      enableCellNavigation: true,
      enableColumnReorder: false,
      enableHtmlRendering: false,
      enableMouseWheelScrollHandler: false,
      forceFitColumns: false,
    },
  );
  const model = new SlickCellSelectionModel({ selectActiveCell: true, cellRangeSelector: rangeSelector() });
  addSelection(grid, model, pages, () => listener.tooMany());
  addReading(grid, listener);
  grid.setSelectionModel(model);
  let withNames = false;

  const look = (): void => {
    const { top, bottom } = grid.getRenderedRange();
    pages.want(top, bottom);
  };
  // At the document: without marked text the events go past the grid, to the body.
  const isMine = (): boolean => host.contains(document.activeElement);
  const mayCopy = (event: Event): void => {
    if (isMine()) event.preventDefault(); // says that there is something to copy
  };
  const copy = (event: ClipboardEvent): void => {
    if (!isMine()) return;
    const [range] = model.getSelectedRanges();
    listener.copied(copySelection(event, range, (index) => pages.row(index), columns, withNames));
  };
  const size = new ResizeObserver(() => grid.resizeCanvas());
  size.observe(host);
  grid.onViewportChanged.subscribe(look);
  model.onSelectedRangesChanged.subscribe((_event, [range]) => {
    // What is selected is kept ready for the clipboard, which does not wait.
    if (range) pages.keepReady(range.fromRow, range.toRow);
  });
  document.addEventListener("beforecopy", mayCopy);
  document.addEventListener("copy", copy);
  host.addEventListener("keydown", leaveTab, { capture: true });
  host.addEventListener("focusin", giveActiveCell);
  host.setAttribute("aria-label", "Rows of the result");
  tidyFocus(host);
  look();

  function giveActiveCell(): void {
    if (!grid.getActiveCell() && pages.rowCount > 0) grid.setActiveCell(grid.getViewport().top, 1);
  }

  return {
    refresh(first, last) {
      grid.updateRowCount();
      const { top, bottom } = grid.getRenderedRange();
      const rows = [];
      for (let row = Math.max(first, top); row <= Math.min(last, bottom); row += 1) rows.push(row);
      grid.invalidateRows(rows);
      grid.render();
      look();
    },
    copy(names) {
      withNames = names;
      grid.focus();
      document.execCommand("copy"); // the event above does the work, also where there is no clipboard API
      withNames = false;
    },
    goTo(row) {
      grid.scrollRowToTop(row);
      grid.setActiveCell(row, 1);
      grid.focus();
    },
    destroy() {
      size.disconnect();
      document.removeEventListener("beforecopy", mayCopy);
      document.removeEventListener("copy", copy);
      host.removeEventListener("keydown", leaveTab, { capture: true });
      host.removeEventListener("focusin", giveActiveCell);
      grid.destroy(true);
    },
  };
}

/** Make the grid one stop of the Tab key, of parts that have a place in a grid for those who only hear it. */
function tidyFocus(host: HTMLElement): void {
  for (const part of host.children) part.role = "rowgroup";
  for (const part of host.querySelectorAll("[tabindex='0']")) part.removeAttribute("tabindex");
  const [first, last] = [host.firstElementChild, host.lastElementChild]; // they take the keys
  if (!(first instanceof HTMLElement && last instanceof HTMLElement)) return;
  first.tabIndex = 0;
  last.tabIndex = -1;
  first.ariaLabel = last.ariaLabel = "Cells: arrows move, Shift selects, Enter opens one";
}

/** Keep Tab from SlickGrid: a grid of a million cells must not hold the focus. */
function leaveTab(event: KeyboardEvent): void {
  if (event.key === "Tab") event.stopPropagation();
}

function hasCells(row: readonly Cell[]): boolean {
  return row.length > 0;
}

function addReading(grid: SlickGrid, listener: GridListener): void {
  grid.onDblClick.subscribe((_event, { row, cell }) => {
    if (cell > 0) listener.opened(row, cell - 1);
  });
  grid.onKeyDown.subscribe((event, { row, cell }) => {
    if (event.key !== "Enter" || cell === 0) return;
    listener.opened(row, cell - 1);
    event.preventDefault();
    event.stopImmediatePropagation();
  });
}

function rangeSelector(): SlickCellRangeSelector {
  const selectionCss = { border: "1px solid var(--accent)" } as CSSStyleDeclaration;
  return new SlickCellRangeSelector({ selectionCss });
}
