import type { Finding, Progress, Stage, Subjob } from "../../api/types";

/** A stretch of time; epoch milliseconds, `end` null while it goes on. */
export interface Span {
  begin: number;
  end: number | null;
}

interface Row {
  /** Names the row for as long as the job is looked at. */
  key: string;
  subjobId: number;
  span: Span | null;
  findings: Finding[];
}

/** A subjob with the stages under it. */
export interface SubjobRow extends Row {
  kind: "subjob";
  subjob: Subjob;
  stageCount: number;
  isOpen: boolean;
}

/** A stage; `isAlone` when it is all that its subjob has done, so that one row tells of both. */
export interface StageRow extends Row {
  kind: "stage";
  stage: Stage;
  isAlone: boolean;
}

export type WorkRow = SubjobRow | StageRow;

/** With more rows than this, subjobs that have ended are shut until somebody opens them. */
export const MANY_ROWS = 60;

export const subjobKey = (subjobId: number): string => `subjob-${subjobId}`;
export const stageKey = (subjobId: number, stageId: number): string => `stage-${subjobId}-${stageId}`;

/**
 * Give the rows of the timeline, in order of subjobs and stages.
 *
 * `turned` holds the keys of subjobs that the reader has opened or shut himself.
 */
export function workRows(progress: Progress, turned: ReadonlyMap<string, boolean>): WorkRow[] {
  const many = countRows(progress.subjobs) > MANY_ROWS;
  const found = findingsByStage(progress.findings);
  const rows: WorkRow[] = [];
  for (const subjob of progress.subjobs) {
    const stages = subjob.stages.filter(isWork);
    const [only] = stages;
    if (only !== undefined && stages.length === 1) {
      rows.push(stageRow(subjob.id, only, found, true));
      continue;
    }
    const key = subjobKey(subjob.id);
    const isOpen = turned.get(key) ?? (!many || subjob.status === "RUNNING");
    rows.push({
      kind: "subjob",
      key,
      subjobId: subjob.id,
      subjob,
      stageCount: stages.length,
      span: spanOf(subjob),
      findings: stages.flatMap((stage) => found.get(stage.stage_id) ?? []),
      isOpen,
    });
    if (isOpen) {
      rows.push(...stages.map((stage) => stageRow(subjob.id, stage, found, false)));
    }
  }
  return rows;
}

/** Give the subjob and the stage's key that a stage's number belongs to, if it is there. */
export function placeOfStage(progress: Progress, stageId: number): { subjobId: number; key: string } | null {
  const subjob = progress.subjobs.find((each) =>
    each.stages.some((stage) => stage.stage_id === stageId && isWork(stage)),
  );
  return subjob === undefined ? null : { subjobId: subjob.id, key: stageKey(subjob.id, stageId) };
}

function countRows(subjobs: Subjob[]): number {
  return subjobs.reduce((rows, subjob) => rows + Math.max(1, subjob.stages.filter(isWork).length), 0);
}

/** What Spark skips was done by an earlier subjob, which shows it. */
function isWork(stage: Stage): boolean {
  return stage.status !== "SKIPPED";
}

function stageRow(subjobId: number, stage: Stage, found: Map<number, Finding[]>, isAlone: boolean): StageRow {
  return {
    kind: "stage",
    key: stageKey(subjobId, stage.stage_id),
    subjobId,
    stage,
    span: spanOf(stage),
    findings: found.get(stage.stage_id) ?? [],
    isAlone,
  };
}

function spanOf({ submission_time, completion_time }: Stage | Subjob): Span | null {
  return submission_time === null ? null : { begin: submission_time, end: completion_time };
}

function findingsByStage(findings: Finding[]): Map<number, Finding[]> {
  const found = new Map<number, Finding[]>();
  for (const finding of findings) {
    if (finding.stage_id !== null) {
      found.set(finding.stage_id, [...(found.get(finding.stage_id) ?? []), finding]);
    }
  }
  return found;
}
