import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

const MARGIN = 6; // rows drawn beyond what is seen, so that scrolling shows no holes

interface Props<T> {
  rows: readonly T[];
  /** Height of each row, in CSS pixels. */
  rowHeight: number;
  /** With more rows than this the box scrolls, and draws only what is seen. */
  mostRows: number;
  /** The row that must be in sight; looked at when it changes. */
  inSight?: number;
  /** Stay at the end while rows are added there, as long as the reader has not scrolled away. */
  followsEnd?: boolean;
  children: (row: T, index: number) => ComponentChildren;
}

/** Rows of one height, as many as one likes: those out of sight cost nothing. */
export function Windowed<T>({ rows, rowHeight, mostRows, inSight, followsEnd, children }: Props<T>) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [top, setTop] = useState(0);
  const height = Math.min(rows.length, mostRows) * rowHeight;
  const first = Math.max(0, Math.floor(top / rowHeight) - MARGIN);
  const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + MARGIN);

  useLayoutEffect(() => {
    if (followsEnd && isAtEnd.current && box.current !== null) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [rows.length, followsEnd]);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || inSight === undefined || inSight < 0) {
      return;
    }
    const begin = inSight * rowHeight;
    if (begin < element.scrollTop) {
      element.scrollTop = begin;
    } else if (begin + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = begin + rowHeight - element.clientHeight;
    }
  }, [inSight, rowHeight]);

  const onScroll = (event: Event): void => {
    const { scrollTop, scrollHeight, clientHeight } = event.currentTarget as HTMLDivElement;
    isAtEnd.current = scrollTop + clientHeight >= scrollHeight - rowHeight;
    setTop(scrollTop);
  };

  const shift = `translateY(${first * rowHeight}px)`;
  return (
    <div
      ref={box}
      class="windowed"
      role="presentation"
      style={{ maxHeight: `${height}px` }}
      onScroll={onScroll}
    >
      <div role="presentation" class="windowed-all" style={{ height: `${rows.length * rowHeight}px` }}>
        <div role="presentation" style={{ transform: shift }}>
          {rows.slice(first, last).map((row, index) => children(row, first + index))}
        </div>
      </div>
    </div>
  );
}
