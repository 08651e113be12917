import { describe, expect, it } from "vitest";
import { bytes, count, counted, duration, elapsed, exactly, percent, short, when } from "./format";

describe("a span of time", () => {
  it.each([
    [0, "0 ms"],
    [999.4, "999 ms"],
    [1_000, "1.0 s"],
    [9_999, "9.9 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [185_000, "3 min 5 s"],
    [3_600_000, "1 h"],
    [7_800_000, "2 h 10 min"],
    [86_400_000 * 3 + 3_600_000 * 4, "3 d 4 h"],
    [-5, "0 ms"],
  ])("of %d ms is %s", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

describe("a span that still runs", () => {
  it("is told in whole seconds", () => {
    expect([-5, 999, 7_900, 65_000].map(elapsed)).toEqual(["0 s", "0 s", "7 s", "1 min 5 s"]);
  });
});

describe("a size", () => {
  it.each([
    [0, "0 B"],
    [1_023, "1,023 B"],
    [1_024, "1.0 KiB"],
    [1_536, "1.5 KiB"],
    [1_024 * 1_024 - 1, "1.0 MiB"],
    [123 * 1_024 * 1_024, "123 MiB"],
    [5 * 1_024 ** 6, "5120 PiB"],
  ])("of %d is %s", (value, text) => {
    expect(bytes(value)).toBe(text);
  });
});

describe("a number", () => {
  it("has separators, and its noun in the right form", () => {
    expect(count(1_234_567)).toBe("1,234,567");
    expect(counted(1, "row")).toBe("1 row");
    expect(counted(0, "row")).toBe("0 rows");
    expect(counted(2, "query", "queries")).toBe("2 queries");
  });

  it.each([
    [999, "999"],
    [1_000, "1k"],
    [12_345, "12.3k"],
    [999_949, "999.9k"],
    [999_950, "1M"],
    [4_500_000_000, "4.5G"],
  ])("of %d is %s when it must be short", (value, text) => {
    expect(short(value)).toBe(text);
  });
});

describe("a share", () => {
  it("is 100% only when all is done", () => {
    expect(percent(0)).toBe("0%");
    expect(percent(0.999)).toBe("99%");
    expect(percent(1)).toBe("100%");
  });
});

describe("a moment", () => {
  const now = new Date(2026, 10, 23, 18, 0, 0).getTime();

  it("is told as shortly as it can be", () => {
    expect(when(new Date(2026, 10, 23, 4, 3, 7).getTime(), now)).toBe("04:03:07");
    expect(when(new Date(2026, 2, 3, 14, 3, 7).getTime(), now)).toBe("Mar 3, 14:03");
    expect(when(new Date(2025, 2, 3, 14, 3, 7).getTime(), now)).toBe("2025-03-03 14:03");
  });

  it("is told in full where there is room", () => {
    expect(exactly(new Date(2026, 2, 3, 4, 3, 7).getTime())).toBe("2026-03-03 04:03:07");
  });
});
