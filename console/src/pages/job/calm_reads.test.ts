import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../api/errors";
import { readCalmly } from "./calm_reads";

const page = { hidden: false };
let reads = 0;
let isOver = false;

const counted = (): Promise<void> => {
  reads += 1;
  return Promise.resolve();
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("document", page);
  vi.stubGlobal("window", globalThis);
  page.hidden = false;
  reads = 0;
  isOver = false;
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("reading calmly", () => {
  it("reads at its pace until it is stopped", async () => {
    const calm = readCalmly(counted, 1_000, () => isOver);
    await vi.advanceTimersByTimeAsync(3_500);
    expect(reads).toBe(4);
    calm.stop();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(reads).toBe(4);
  });

  it("reads once more at once when it is over, and then no more", async () => {
    const calm = readCalmly(counted, 1_000, () => isOver);
    await vi.advanceTimersByTimeAsync(10);
    isOver = true;
    calm.hurry();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reads).toBe(2);
  });

  it("reads again after a read that it was hurried in", async () => {
    const slow = (): Promise<void> => counted().then(() => new Promise((done) => setTimeout(done, 500)));
    const calm = readCalmly(slow, 60_000, () => isOver);
    isOver = true; // the first read began before that
    calm.hurry();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(reads).toBe(2);
  });

  it("leaves a slow service long pauses", async () => {
    const slow = (): Promise<void> => counted().then(() => new Promise((done) => setTimeout(done, 500)));
    const calm = readCalmly(slow, 1_000, () => isOver);
    await vi.advanceTimersByTimeAsync(5_400);
    expect(reads).toBe(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(reads).toBe(2);
    calm.stop();
  });

  it("goes on after a failure, but does not ask again for what is not there", async () => {
    const errors = [new ApiError(503, "EngineUnavailable", "away"), new ApiError(404, "NotFound", "gone")];
    const failing = (): Promise<void> => counted().then(() => Promise.reject(errors[reads - 1]));
    readCalmly(failing, 1_000, () => isOver);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(reads).toBe(2);
  });

  it("asks nothing while the page is hidden", async () => {
    const calm = readCalmly(counted, 1_000, () => isOver);
    page.hidden = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(reads).toBe(1);
    page.hidden = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(reads).toBe(2);
    calm.stop();
  });
});
