import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PAGE_ROWS, ResultPages, type Read } from "./grid_pages";

interface Asked {
  offset: number;
  signal: AbortSignal;
  answer: (rows: number, characters?: number) => Promise<void>;
  fail: (error: unknown) => Promise<void>;
}

/** Pages over a reader that answers when the test says so. */
function scene() {
  const asked: Asked[] = [];
  const arrived: [number, number][] = [];
  const troubles: unknown[] = [];
  const settle = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(0));
  const pages = new ResultPages(
    (offset, _limit, signal) =>
      new Promise<Read>((resolve, reject) => {
        const answer = (count: number, characters = 10) => {
          const rows = Array.from({ length: count }, (_, index) => [offset + index]);
          resolve({ rows, row_count: 0, is_complete: true, characters });
          return settle();
        };
        const fail = (error: unknown) => (reject(error), settle());
        signal.addEventListener("abort", () => reject(signal.reason));
        asked.push({ offset, signal, answer, fail });
      }),
    { arrived: (first, last) => arrived.push([first, last]), trouble: (error) => troubles.push(error) },
  );
  const wait = (milliseconds = 100) => vi.advanceTimersByTimeAsync(milliseconds);
  return { pages, asked, arrived, troubles, wait };
}

describe("pages of a result", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("are read where one looks, and told when they are there", async () => {
    const { pages, asked, arrived, wait } = scene();
    pages.setRowCount(1_000_000);
    pages.want(500_000, 500_040);
    await wait();
    expect(asked.map((each) => each.offset)).toEqual([500_000]);
    await asked[0]!.answer(PAGE_ROWS);
    expect(arrived).toEqual([[500_000, 500_199]]);
    expect(pages.row(500_123)).toEqual([500_123]);
    expect(pages.row(0)).toBeUndefined();
  });

  it("that were scrolled past are given up", async () => {
    const { pages, asked, wait } = scene();
    pages.setRowCount(1_000_000);
    pages.want(0, 30);
    await wait();
    pages.want(900_000, 900_030);
    await wait();
    expect(asked.map((each) => each.signal.aborted)).toEqual([true, false]);
    pages.close();
    expect(asked[1]!.signal.aborted).toBe(true);
  });

  it("are asked for once however often one looks", async () => {
    const { pages, asked, wait } = scene();
    pages.setRowCount(1_000);
    for (let top = 0; top < 50; top += 1) {
      pages.want(top, top + 30);
      await wait(5);
    }
    await wait();
    expect(asked).toHaveLength(1);
  });

  it("that were cut short are read again when more rows have come", async () => {
    const { pages, asked, wait } = scene();
    pages.setRowCount(50);
    pages.want(0, 49);
    await wait();
    await asked[0]!.answer(50);
    await wait();
    expect(asked).toHaveLength(1);
    pages.setRowCount(120);
    await wait();
    expect(pages.row(49)).toEqual([49]);
    await asked[1]!.answer(120);
    expect(pages.row(119)).toEqual([119]);
  });

  it("are forgotten when the job began anew", async () => {
    const { pages, asked, wait } = scene();
    pages.setRowCount(200);
    pages.want(0, 30);
    await wait();
    await asked[0]!.answer(200);
    expect(pages.setRowCount(10)).toBe(true);
    expect(pages.row(0)).toBeUndefined();
  });

  it("keep the last looked at within a bound of what they hold", async () => {
    const { pages, asked, wait } = scene();
    pages.setRowCount(1_000_000);
    for (let page = 0; page < 6; page += 1) {
      pages.want(page * PAGE_ROWS, page * PAGE_ROWS);
      await wait();
      await asked[page]!.answer(PAGE_ROWS, 10 << 20);
    }
    const kept = [0, 1, 2, 3, 4, 5].filter((page) => pages.row(page * PAGE_ROWS));
    expect(kept).toEqual([2, 3, 4, 5]);
  });

  it("that fail are told of and tried again", async () => {
    const { pages, asked, troubles, wait } = scene();
    pages.setRowCount(10);
    pages.want(0, 9);
    await wait();
    const trouble = new Error("away");
    await asked[0]!.fail(trouble);
    expect(troubles).toEqual([trouble]);
    await wait(2_100);
    await asked[1]!.answer(10);
    expect(troubles).toEqual([trouble, null]);
    expect(pages.row(9)).toEqual([9]);
  });

  it("of a long selection are read a few at a time beside what is looked at", async () => {
    const { pages, asked, wait } = scene();
    pages.setRowCount(10_000);
    pages.want(0, 30);
    pages.keepReady(0, 9_999);
    await wait();
    expect(asked).toHaveLength(4);
    for (let index = 0; index < 50; index += 1) await asked[index]!.answer(PAGE_ROWS);
    expect(asked).toHaveLength(50);
    expect(pages.row(9_999)).toEqual([9_999]);
  });
});
