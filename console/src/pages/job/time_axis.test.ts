import { describe, expect, it } from "vitest";
import { aJob, aProgress, aStage, aSubjob } from "./scene";
import { axisOf, placeOf, ticksOf } from "./time_axis";

const progress = aProgress([aSubjob(1, [aStage(1, { submission_time: 1_500, completion_time: 4_000 })])]);

describe("the axis of time", () => {
  it("spans an ended job from its start to its end", () => {
    expect(axisOf(aJob({ ended_at: 9_000 }), progress, 99_000)).toEqual({ begin: 1_000, end: 9_000 });
  });

  it("holds work that another machine's clock puts before the start", () => {
    expect(axisOf(aJob({ started_at: 1_800, ended_at: 9_000 }), progress, 0).begin).toBe(1_500);
  });

  it("stands still for a while as a running job goes on, and always holds the present", () => {
    const ends = Array.from({ length: 600 }, (_, second) => {
      const now = 1_000 + second * 1_000;
      const { end } = axisOf(aJob(), progress, now);
      expect(end).toBeGreaterThanOrEqual(now);
      return end;
    });
    expect(new Set(ends).size).toBeLessThan(35);
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
  });

  it("begins with the submission of a job that was never started", () => {
    expect(axisOf(aJob({ started_at: null, submitted_at: 500 }), aProgress([]), 700).begin).toBe(500);
  });

  it.each([1, 800, 7_000, 61_000, 3_700_000, 90_000_000, 4e9])("has few round ticks over %d ms", (length) => {
    const ticks = ticksOf({ begin: 5, end: 5 + length }, 6);
    expect(ticks.length).toBeLessThanOrEqual(7);
    expect(ticks[0]).toEqual({ place: 0, ms: 0 });
    expect(ticks.every(({ place }) => place >= 0 && place <= 1)).toBe(true);
  });

  it("keeps places within it", () => {
    const axis = { begin: 1_000, end: 2_000 };
    expect([0, 1_000, 1_500, 9_000].map((at) => placeOf(axis, at))).toEqual([0, 0, 0.5, 1]);
  });
});
