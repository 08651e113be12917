import type { Stage } from "../../api/types";
import { type Axis, placeOf } from "./time_axis";
import type { WorkRow } from "./work_rows";
import { barLabel, statusOf, tasksOf } from "./work_text";

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;

/** One span of the timeline. Inside a bar that runs: the share of tasks done, then of those that run. */
export function GanttBar({ row, axis, now }: { row: WorkRow; axis: Axis; now: number }) {
  if (row.span === null) {
    return <span class="visually-hidden">{barLabel(row, axis, now)}</span>;
  }
  const status = statusOf(row);
  const begin = placeOf(axis, row.span.begin);
  const width = Math.max(0, placeOf(axis, row.span.end ?? now) - begin);
  const { done, active, all } = tasksOf(row);
  const [worst] = row.findings.toSorted((a, b) => b.severity.localeCompare(a.severity));
  return (
    <span
      class={`gantt-bar is-${status} of-${row.kind}`}
      role="img"
      aria-label={barLabel(row, axis, now)}
      style={{ left: percent(begin), width: percent(width) }}
    >
      {row.kind === "stage" && <Wait stage={row.stage} end={row.span.end ?? now} />}
      {status === "running" && all > 0 && (
        <span class="gantt-tasks">
          <span class="gantt-done" style={{ width: percent(done / all) }} />
          <span class="gantt-active" style={{ width: percent(Math.min(active, all - done) / all) }} />
        </span>
      )}
      {worst !== undefined && <span class={`gantt-mark is-${worst.severity}`} title={worst.text} />}
    </span>
  );
}

/** The part of a stage's time before its first task began. */
function Wait({ stage, end }: { stage: Stage; end: number }) {
  if (stage.submission_time === null || end <= stage.submission_time) {
    return null;
  }
  const share = ((stage.first_task_time ?? end) - stage.submission_time) / (end - stage.submission_time);
  return share < 0.01 ? null : <span class="gantt-wait" style={{ width: percent(Math.min(1, share)) }} />;
}
