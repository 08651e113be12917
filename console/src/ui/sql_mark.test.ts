import { describe, expect, it } from "vitest";
import { highlightLines } from "./sql_highlight";
import { cutAt, markOf } from "./sql_mark";

const SQL = "SELECT a,\n  nosuch FROM t -- why\nWHERE 'x'";

describe("the place of an error", () => {
  it("is the word in its line", () => {
    expect(markOf(SQL, { line: 2, column: 3, fragment: null })).toEqual({ line: 1, from: 2, to: 8 });
  });

  it("is all that Spark names, as far as the line goes", () => {
    expect(markOf(SQL, { line: 1, column: 1, fragment: "SELECT a,\n  nosuch" })).toEqual({
      line: 0,
      from: 0,
      to: 9,
    });
  });

  it("is nowhere when none is told", () => {
    expect(markOf(SQL, null)).toBeNull();
    expect(markOf(SQL, { line: null, column: null, fragment: null })).toBeNull();
  });
});

describe("highlighted lines", () => {
  it("hold the whole text, and mark its parts", () => {
    const lines = highlightLines(SQL);
    expect(lines.map((line) => line.map((piece) => piece.text).join("")).join("\n")).toBe(SQL);
    expect(lines[0]?.[0]).toEqual({ text: "SELECT", classes: "tok-keyword" });
    expect(lines[1]?.at(-1)).toEqual({ text: "-- why", classes: "tok-comment" });
  });

  it("are cut at the ends of the mark and nowhere else", () => {
    const line = highlightLines(SQL)[1] ?? [];
    const cut = cutAt(line, { line: 1, from: 3, to: 12 });
    expect(cut.map((piece) => piece.text).join("")).toBe("  nosuch FROM t -- why");
    expect(
      cut
        .filter((piece) => piece.isMarked)
        .map((piece) => piece.text)
        .join(""),
    ).toBe("osuch FRO");
  });
});
