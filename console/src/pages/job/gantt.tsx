import { useMemo } from "preact/hooks";
import type { Job, Progress } from "../../api/types";
import { duration } from "../../ui/format";
import { GanttRow } from "./gantt_row";
import type { SparkPages } from "./spark_pages";
import { StageDetail } from "./stage_detail";
import { type Axis, axisOf, placeOf, ticksOf } from "./time_axis";
import { Windowed } from "./windowed";
import { type WorkRow, subjobKey, workRows } from "./work_rows";
import type { WorkSelection } from "./work_selection";
import "./gantt.css";

const ROW_HEIGHT = 28;
const MOST_ROWS = 18; // in sight; more scroll
const PAGE_ROWS = 10;
const TICKS = 6;
const LAST_LABEL = 0.92; // place of a label that still has room

interface Props {
  job: Job;
  progress: Progress;
  /** What each stage does, by its number. */
  work: ReadonlyMap<number, string>;
  /** The service's clock, epoch ms. */
  now: number;
  selection: WorkSelection;
  pages: SparkPages | null;
}

/** The timeline: when each subjob and stage of a job ran. Rows are reached by arrow keys, as in a tree. */
export function Gantt({ job, progress, work, now, selection, pages }: Props) {
  const { selected, turned } = selection;
  const rows = useMemo(() => workRows(progress, turned), [progress, turned]);
  const axis = axisOf(job, progress, now);
  const at = rows.findIndex((row) => row.key === selected);
  const chosen = rows[at];
  if (rows.length === 0) {
    return <p class="job-quiet">No subjob has begun yet.</p>;
  }
  return (
    <>
      <div
        class="gantt"
        role="treegrid"
        aria-label="Timeline of subjobs and stages"
        aria-rowcount={rows.length + 1}
        onKeyDown={(event) => onKey(event, rows, at, selection)}
      >
        <GanttHead axis={axis} />
        <div class="gantt-body" role="presentation">
          <GanttLines axis={axis} now={job.ended_at === null ? now : null} />
          <Windowed
            rows={rows}
            rowHeight={ROW_HEIGHT}
            mostRows={MOST_ROWS}
            inSight={at}
            followsEnd={job.ended_at === null}
          >
            {(row, index) => (
              <GanttRow
                key={row.key}
                row={row}
                index={index}
                axis={axis}
                now={now}
                work={row.kind === "stage" ? work.get(row.stage.stage_id) : undefined}
                isSelected={row.key === selected}
                isTabStop={index === Math.max(0, at)}
                wantsFocus={selection.wantsFocus}
                onSelect={() => selection.select(row.key)}
                onTurn={(isOpen) => selection.turn(row.key, isOpen)}
              />
            )}
          </Windowed>
        </div>
      </div>
      {chosen !== undefined && (
        <StageDetail
          row={chosen}
          now={now}
          work={chosen.kind === "stage" ? work.get(chosen.stage.stage_id) : undefined}
          pages={pages}
          onClose={() => selection.select(null)}
        />
      )}
    </>
  );
}

function GanttHead({ axis }: { axis: Axis }) {
  return (
    <div class="gantt-row gantt-head" role="row" aria-rowindex={1}>
      <span role="columnheader" class="gantt-name">
        Work
      </span>
      <span role="columnheader" class="gantt-track" aria-label="When">
        {ticksOf(axis, TICKS)
          .filter(({ place }) => place < LAST_LABEL)
          .map(({ place, ms }) => (
            <span key={ms} class="gantt-tick" style={{ left: `${place * 100}%` }}>
              {ms === 0 ? "0" : duration(ms)}
            </span>
          ))}
      </span>
      <span role="columnheader" class="gantt-took">
        Took
      </span>
      <span role="columnheader" class="gantt-count">
        Tasks
      </span>
    </div>
  );
}

/** Lines at round times and at the present, behind the rows and in their columns. */
function GanttLines({ axis, now }: { axis: Axis; now: number | null }) {
  return (
    <div class="gantt-row gantt-over" role="presentation" aria-hidden="true">
      <span class="gantt-name" />
      <span class="gantt-track">
        {ticksOf(axis, TICKS).map(({ place, ms }) => (
          <span key={ms} class="gantt-line" style={{ left: `${place * 100}%` }} />
        ))}
        {now !== null && <span class="gantt-now" style={{ left: `${placeOf(axis, now) * 100}%` }} />}
      </span>
      <span class="gantt-took" />
      <span class="gantt-count" />
    </div>
  );
}

function onKey(event: KeyboardEvent, rows: WorkRow[], at: number, selection: WorkSelection): void {
  const row = rows[at];
  const moveTo = (index: number): void => {
    const target = rows[Math.min(rows.length - 1, Math.max(0, index))];
    if (target !== undefined) {
      selection.select(target.key, { withFocus: true });
    }
  };
  const isTree = row?.kind === "subjob" && row.stageCount > 0;
  const moves: Record<string, () => void> = {
    ArrowDown: () => moveTo(at + 1),
    ArrowUp: () => moveTo(at - 1),
    PageDown: () => moveTo(at + PAGE_ROWS),
    PageUp: () => moveTo(at - PAGE_ROWS),
    Home: () => moveTo(0),
    End: () => moveTo(rows.length - 1),
    Enter: () => moveTo(Math.max(0, at)),
    ArrowRight: () => (isTree && !row.isOpen ? selection.turn(row.key, true) : moveTo(at + 1)),
    ArrowLeft: () => {
      if (isTree && row.isOpen) {
        selection.turn(row.key, false);
      } else if (row?.kind === "stage" && !row.isAlone) {
        moveTo(rows.findIndex((each) => each.key === subjobKey(row.subjobId)));
      }
    },
  };
  const move = moves[event.key];
  if (move !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    move();
  }
}
