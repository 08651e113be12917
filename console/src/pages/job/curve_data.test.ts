import { describe, expect, it } from "vitest";
import { curveOf, joined, withNews } from "./curve_data";
import { aJob, aProgress, aSample } from "./scene";

describe("the progress curve", () => {
  it("takes news that is far enough from the last point", () => {
    const samples = [aSample(4_900, 0.4)];
    expect(withNews(samples, aProgress([]))).toBe(samples);
    const longer = withNews(samples, aProgress([], { updated_at: 5_200 }));
    expect(longer.map((each) => each.at)).toEqual([4_900, 5_200]);
  });

  it("passes over news that nobody could see on a long curve", () => {
    const samples = [aSample(0, 0), aSample(399_000, 0.4)];
    expect(withNews(samples, aProgress([], { updated_at: 399_500 }))).toBe(samples);
    expect(withNews(samples, aProgress([], { updated_at: 400_100 }))).toHaveLength(3);
  });

  it("keeps newer live points when the kept ones are read anew", () => {
    const kept = [aSample(1_000, 0.1), aSample(2_000, 0.2)];
    const live = [aSample(500, 0.05), aSample(2_100, 0.21), aSample(3_000, 0.3)];
    expect(joined(kept, live).map((each) => each.at)).toEqual([1_000, 2_000, 3_000]);
    expect(joined([], live)).toEqual(live);
  });

  it("of a running job ends where it is, without a truth", () => {
    const curve = curveOf(aJob(), [aSample(1_000, 0), aSample(3_000, 0.5)], 1_000);
    expect(curve).toMatchObject({ seconds: [0, 2], fraction: [0, 0.5], truth: [null, null] });
  });

  it("of a finished job reaches the whole at its end, beside the truth", () => {
    const job = aJob({ state: "FINISHED", ended_at: 5_000 });
    const curve = curveOf(job, [aSample(1_000, 0), aSample(3_000, 0.7), aSample(5_100, 0.9)], 1_000);
    expect(curve).toMatchObject({ seconds: [0, 2, 4], fraction: [0, 0.7, 1], truth: [0, 0.5, 1] });
  });

  it("of a failed job does not reach the whole", () => {
    const job = aJob({ state: "FAILED", ended_at: 5_000 });
    expect(curveOf(job, [aSample(2_000, 0.3)], 1_000).fraction).toEqual([0.3]);
  });

  it("never goes back in time, whatever the clocks said", () => {
    const samples = [aSample(500, 0.1), aSample(900, 0.1), aSample(2_000, 0.2), aSample(2_000, 0.3)];
    expect(curveOf(aJob(), samples, 1_000).seconds).toEqual([0, 1]);
  });
});
