import { useEffect, useMemo, useState } from "preact/hooks";
import type { StatementError } from "../api/types";
import { latePart } from "./late_part";
import type { Piece } from "./sql_highlight";
import { type MarkedPiece, cutAt, markOf } from "./sql_mark";
import "./sql_view.css";

const LINES_AT_FIRST = 1_000;
const HIGHLIGHTED_MOST = 200_000; // characters; beyond that a statement is shown plain

export interface SqlViewProps {
  sql: string;
  /** Its place is marked in the statement. */
  error?: Pick<StatementError, "line" | "column" | "fragment" | "message"> | null;
  /** What it is, for those who cannot see it. */
  label?: string;
}

/** A statement to read: numbered lines, highlighted, with an error's place marked. */
export function SqlView({ sql, error, label = "Statement" }: SqlViewProps) {
  const lines = useLines(sql);
  const [isWhole, setWhole] = useState(false);
  const mark = useMemo(() => markOf(sql, error), [sql, error]);
  const most = isWhole ? lines.length : Math.max(LINES_AT_FIRST, (mark?.line ?? 0) + 50);
  return (
    <div class="sql-view" role="region" aria-label={label} tabIndex={0}>
      <pre>
        <code>
          {lines.slice(0, most).map((pieces, index) => (
            <span class={mark?.line === index ? "sql-line sql-line-marked" : "sql-line"} key={index}>
              {mark?.line === index
                ? cutAt(pieces, mark).map((each) => show(each, error?.message))
                : pieces.map(plain)}
              {"\n"}
            </span>
          ))}
        </code>
      </pre>
      {lines.length > most ? (
        <button type="button" onClick={() => setWhole(true)}>
          Show all {lines.length.toLocaleString("en-US")} lines
        </button>
      ) : null}
    </div>
  );
}

function useLines(sql: string): Piece[][] {
  const bare = useMemo(() => sql.split("\n").map((text) => [{ text, classes: "" }]), [sql]);
  const [found, setFound] = useState<{ sql: string; lines: Piece[][] } | null>(null);
  useEffect(() => {
    let isOver = false;
    if (sql.length <= HIGHLIGHTED_MOST) {
      void latePart(() => import("./sql_highlight")).then(({ highlightLines }) => {
        if (!isOver) setFound({ sql, lines: highlightLines(sql) });
      });
    }
    return () => {
      isOver = true;
    };
  }, [sql]);
  return found?.sql === sql ? found.lines : bare;
}

function plain({ text, classes }: Piece, key: number) {
  return classes ? (
    <span class={classes} key={key}>
      {text}
    </span>
  ) : (
    text
  );
}

function show({ text, classes, isMarked }: MarkedPiece, message?: string) {
  return isMarked ? (
    <mark class={`sql-mark ${classes}`} title={message}>
      {text}
    </mark>
  ) : (
    <span class={classes}>{text}</span>
  );
}
