import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { latePart } from "./late_part";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("is asked for again until it is there", async () => {
  let asked = 0;
  const part = latePart(() => {
    asked += 1;
    return asked < 3 ? Promise.reject(new Error("the service is away")) : Promise.resolve("chart");
  });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await part).toBe("chart");
  expect(asked).toBe(3);
});
