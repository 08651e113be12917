import { describe, expect, it } from "vitest";
import type { Finding } from "../../api/types";
import { aProgress, aStage, aSubjob } from "./scene";
import { MANY_ROWS, placeOfStage, stageKey, subjobKey, workRows } from "./work_rows";
import { barLabel, rowName, rowOf, tasksText } from "./work_text";

const untouched = new Map<string, boolean>();
const skew: Finding = {
  kind: "skew",
  severity: "warning",
  subjob_id: 1,
  stage_id: 4,
  text: "Task 7 holds it up",
  figures: {},
};

describe("the rows of the timeline", () => {
  it("tells a subjob and its only stage in one row", () => {
    const rows = workRows(aProgress([aSubjob(3, [aStage(7, { attempt_id: 1 })])]), untouched);
    expect(rows.map((row) => `${rowName(row)} ${rowOf(row)}`)).toEqual(["Stage 7, attempt 2 of subjob 3"]);
  });

  it("puts several stages under their subjob", () => {
    const rows = workRows(aProgress([aSubjob(1, [aStage(3), aStage(4)])]), untouched);
    expect(rows.map(rowName)).toEqual(["Subjob 1", "Stage 3", "Stage 4"]);
  });

  it("leaves out stages that Spark skipped", () => {
    const skipped = aStage(2, { status: "SKIPPED", submission_time: null });
    const progress = aProgress([aSubjob(1, [aStage(2)]), aSubjob(2, [skipped, aStage(3)])]);
    expect(workRows(progress, untouched).map(rowName)).toEqual(["Stage 2", "Stage 3"]);
    expect(placeOfStage(progress, 2)?.subjobId).toBe(1);
  });

  it("shows a subjob that has begun no stage", () => {
    const rows = workRows(aProgress([aSubjob(1, [], { submission_time: null })]), untouched);
    expect(rows).toMatchObject([{ kind: "subjob", stageCount: 0, span: null }]);
  });

  it("shuts what has ended when there are many, but not what runs or was opened", () => {
    const stages = Array.from({ length: MANY_ROWS }, (_, at) => aStage(at));
    const ended = aSubjob(1, stages);
    const opened = aSubjob(2, [aStage(100), aStage(101)]);
    const running = aSubjob(3, [aStage(102), aStage(103)], { status: "RUNNING", completion_time: null });
    const rows = workRows(aProgress([ended, opened, running]), new Map([[subjobKey(2), true]]));
    expect(rows.map(rowName)).toEqual([
      ...["Subjob 1", "Subjob 2", "Stage 100", "Stage 101", "Subjob 3", "Stage 102", "Stage 103"],
    ]);
  });

  it("marks a finding at its stage and at the subjob above it", () => {
    const rows = workRows(aProgress([aSubjob(1, [aStage(3), aStage(4)])], { findings: [skew] }), untouched);
    expect(rows.map((row) => row.findings.length)).toEqual([1, 0, 1]);
    expect(barLabel(rows[2]!, { begin: 0, end: 10_000 }, 9_000)).toBe(
      "Stage 4: done, began at 2.0 s, took 1.0 s, 10 of 10 tasks done, warning: Task 7 holds it up",
    );
  });

  it("finds the row of a stage's number", () => {
    const progress = aProgress([aSubjob(1, [aStage(3)]), aSubjob(2, [aStage(5)])]);
    expect(placeOfStage(progress, 5)).toEqual({ subjobId: 2, key: stageKey(2, 5) });
    expect(placeOfStage(progress, 6)).toBeNull();
  });

  it("leaves tasks that Spark skipped out of a subjob's", () => {
    const subjob = aSubjob(1, [aStage(3), aStage(4)], { num_tasks: 30, num_skipped_tasks: 20 });
    expect(tasksText(workRows(aProgress([subjob]), untouched)[0]!)).toBe("10");
  });

  it("is quick with two thousand stages", () => {
    const stagesOf = (at: number) => [aStage(2 * at), aStage(2 * at + 1)];
    const progress = aProgress(Array.from({ length: 1_000 }, (_, at) => aSubjob(at, stagesOf(at))));
    const begin = performance.now();
    for (let turn = 0; turn < 20; turn += 1) expect(workRows(progress, untouched)).toHaveLength(1_000);
    expect((performance.now() - begin) / 20).toBeLessThan(20);
  });
});
