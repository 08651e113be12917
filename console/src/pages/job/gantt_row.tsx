import { useLayoutEffect, useRef } from "preact/hooks";
import { GanttBar } from "./gantt_bar";
import type { Axis } from "./time_axis";
import type { WorkRow } from "./work_rows";
import { rowName, rowOf, tasksText, tookText } from "./work_text";

interface Props {
  row: WorkRow;
  /** Its place among all rows, from 0. */
  index: number;
  axis: Axis;
  now: number;
  /** What it does, in a few words. */
  work: string | undefined;
  isSelected: boolean;
  /** Whether Tab reaches it: one row of the timeline at a time. */
  isTabStop: boolean;
  wantsFocus: { current: boolean };
  onSelect: () => void;
  onTurn: (isOpen: boolean) => void;
}

/** One line of the timeline. */
export function GanttRow({ row, index, axis, now, work, ...props }: Props) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (props.isSelected && props.wantsFocus.current) {
      props.wantsFocus.current = false;
      element.current?.focus();
    }
  }, [props.isSelected, props.wantsFocus]);

  const canOpen = row.kind === "subjob" && row.stageCount > 0;
  const isChild = row.kind === "stage" && !row.isAlone;
  return (
    <div
      ref={element}
      role="row"
      class={`gantt-row${isChild ? " is-child" : ""}${props.isSelected ? " is-selected" : ""}`}
      aria-level={isChild ? 2 : 1}
      aria-rowindex={index + 2}
      aria-selected={props.isSelected}
      aria-expanded={canOpen ? row.isOpen : undefined}
      tabIndex={props.isTabStop ? 0 : -1}
      onClick={props.onSelect}
    >
      <span role="rowheader" class="gantt-name" title={work}>
        {canOpen && (
          <span
            class={`gantt-turn${row.isOpen ? " is-open" : ""}`}
            aria-hidden="true"
            onClick={() => props.onTurn(!row.isOpen)}
          />
        )}
        <span class="gantt-title">{rowName(row)}</span>
        <span class="gantt-work">{work ?? rowOf(row)}</span>
      </span>
      <span role="gridcell" class="gantt-track">
        <GanttBar row={row} axis={axis} now={now} />
      </span>
      <span role="gridcell" class="gantt-took">
        {tookText(row, now)}
      </span>
      <span role="gridcell" class="gantt-count">
        {tasksText(row)}
      </span>
    </div>
  );
}
