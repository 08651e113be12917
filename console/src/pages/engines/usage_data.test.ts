import { expect, it } from "vitest";
import { usageData } from "./usage_data";

it("shows idle cores between jobs and after the last one", () => {
  const sample = (at: number, busy: number) => ({ at, busy, cores: 8, executors: 1 });
  const [at, busy, cores] = usageData([sample(1_000, 4), sample(2_000, 8), sample(60_000, 2)], 90_000);
  expect(at).toEqual([1, 2, 3, 59, 60, 61, 90]);
  expect(busy).toEqual([4, 8, 0, 0, 2, 0, 0]);
  expect(cores).toEqual([8, 8, null, null, 8, null, null]);
});

it("has nothing to show of an engine that did nothing", () => {
  expect(usageData([], 90_000)).toEqual([[], [], []]);
});
