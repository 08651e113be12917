import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Column } from "../api/types";
import { count, counted } from "./format";
import { CellDetail } from "./grid_detail";
import type { Cell } from "./grid_json";
import { ResultPages } from "./grid_pages";
import { MOST_SELECTED, type Copied } from "./grid_limits";
import type { GridHandle } from "./grid_slick";
import { readPage } from "./grid_source";
import { latePart } from "./late_part";
import { Loading } from "./loading";
import { sentenceOf } from "./failure";
import "slickgrid/dist/styles/css/slick.grid.css";
import "./grid.css";

export interface ResultGridProps {
  jobId: string;
  columns: readonly Column[];
  /** Rows that there are by now. */
  rowCount: number;
  /** Rows shown at most before the grid scrolls; unset: the grid is as high as its place. */
  most?: number;
}

const ROW_HEIGHT = 27;
const HEADER_HEIGHT = 42;
const SCROLLBAR_HEIGHT = 16;

/** The rows of a result: scrolled by page, selected, copied, read one by one. */
export function ResultGrid({ jobId, columns: told, rowCount, most }: ResultGridProps) {
  const host = useRef<HTMLDivElement>(null);
  const grid = useRef<GridHandle | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const [trouble, setTrouble] = useState<unknown>(null);
  const [opened, setOpened] = useState<{ row: number; column: Column; cell: Cell } | null>(null);

  const shape = JSON.stringify(told);
  const columns = useMemo(() => told, [shape]); // the same ones while rows arrive: the grid stays
  const pages = useMemo(() => {
    return new ResultPages((offset, limit, signal) => readPage(jobId, offset, limit, signal), {
      arrived: (first, last) => (grid.current ? grid.current.refresh(first, last) : setOpen(true)),
      trouble: setTrouble,
    });
  }, [jobId]);

  useEffect(() => {
    pages.want(0, 0);
    return () => {
      pages.close();
      setOpen(false);
    };
  }, [pages]);

  useEffect(() => {
    const isAnew = pages.setRowCount(rowCount);
    grid.current?.refresh(0, isAnew ? rowCount : -1);
    if (rowCount === 0) setOpen(true); // nothing to wait for
  }, [pages, rowCount]);

  useEffect(() => {
    if (!isOpen) return;
    let isGone = false;
    void latePart(() => import("./grid_slick")).then(({ openGrid }) => {
      if (isGone || !host.current) return;
      grid.current = openGrid(host.current, pages, columns, {
        opened: (row, at) => {
          const [column, cells] = [columns[at], pages.row(row)];
          if (column && cells) setOpened({ row, column, cell: cells[at] ?? null });
        },
        copied: (copied) => setNote(noteOf(copied)),
        tooMany: () =>
          setNote(`At most ${count(MOST_SELECTED)} rows are selected at once; a download has all`),
      });
    });
    return () => {
      isGone = true;
      grid.current?.destroy();
      grid.current = null;
    };
  }, [isOpen, pages, columns]);

  const height =
    most === undefined ? undefined : Math.min(rowCount, most) * ROW_HEIGHT + HEADER_HEIGHT + SCROLLBAR_HEIGHT;
  return (
    <div class={most === undefined ? "result-grid result-grid-tall" : "result-grid"}>
      <div class="result-rows" style={height === undefined ? undefined : { height: `${height}px` }}>
        <div class="result-host" ref={host} />
        {isOpen ? null : <Loading what="Reading rows…" />}
      </div>
      <div class="result-foot">
        <span class={trouble === null ? "result-note" : "result-note result-note-bad"} role="status">
          {trouble === null ? note : `${sentenceOf(trouble)}; trying again`}
        </span>
        {rowCount > 100 ? <GoTo rowCount={rowCount} onGo={(row) => grid.current?.goTo(row)} /> : null}
        <button type="button" onClick={() => grid.current?.copy(false)} title="Ctrl C: the selected cells">
          Copy
        </button>
        <button type="button" onClick={() => grid.current?.copy(true)}>
          Copy with names
        </button>
      </div>
      {opened ? <CellDetail {...opened} onClose={() => setOpened(null)} /> : null}
    </div>
  );
}

function GoTo({ rowCount, onGo }: { rowCount: number; onGo: (row: number) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const go = (event: Event): void => {
    event.preventDefault();
    const row = input.current?.valueAsNumber ?? NaN;
    if (row >= 1) onGo(Math.min(row, rowCount) - 1);
  };
  return (
    <form class="result-go" onSubmit={go}>
      <label>
        Row <input ref={input} type="number" min={1} max={rowCount} step={1} required />
      </label>
      <button type="submit">Go</button>
    </form>
  );
}

function noteOf(copied: Copied): string {
  switch (copied.kind) {
    case "copied":
      return `Copied ${counted(copied.rows, "row")} of ${counted(copied.columns, "column")}`;
    case "missing":
      return "Some of the selected rows are still on their way: copy again in a moment";
    case "nothing":
      return "Select cells first: drag over them, or hold Shift and click";
  }
}
