import type { Column } from "../api/types";
import { Dialog } from "./dialog";
import { cellText, detailText, kindOf } from "./grid_cells";
import type { Cell } from "./grid_json";
import { count, counted } from "./format";

const SHOWN = 200_000; // characters; more of them would make the page slow

export interface CellDetailProps {
  column: Column;
  /** From 0. */
  row: number;
  cell: Cell;
  onClose: () => void;
}

/** One cell alone: all of its text, nested values over several lines. */
export function CellDetail({ column, row, cell, onClose }: CellDetailProps) {
  const kind = kindOf(column.type);
  const text = detailText(cell, kind);
  const isCut = text.length > SHOWN;
  return (
    <Dialog title={column.name} onClose={onClose} wide>
      <p class="cell-detail-about">
        Row {count(row + 1)} · {column.type} · {sizeOf(cell, cellText(cell, kind), kind === "binary")}
      </p>
      {/* Long texts scroll: the keyboard must be able to get there. */}
      <pre class={cell === null ? "cell-detail cell-detail-null" : "cell-detail"} tabIndex={0}>
        {isCut ? text.slice(0, SHOWN) : text}
      </pre>
      {isCut ? <p>The first {count(SHOWN)} characters; a download has the rest.</p> : null}
      <div class="dialog-actions">
        <button type="button" class="primary" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

function sizeOf(cell: Cell, text: string, isBinary: boolean): string {
  if (cell === null) return "no value";
  return isBinary ? counted(Math.ceil(text.length / 2), "byte") : counted(text.length, "character");
}
