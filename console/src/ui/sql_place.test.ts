import { describe, expect, it } from "vitest";
import { errorRange } from "./sql_place";

type Place = number | null;

function marked(sql: string, line: Place, column: Place, fragment: string | null = null): string {
  const { from, to } = errorRange(sql, { line, column, fragment });
  return sql.slice(from, to);
}

describe("the range of an error", () => {
  it("is what Spark names, over lines if need be", () => {
    expect(marked("SELECT a +\n b FROM t", 1, 8, "a +\n b")).toBe("a +\n b");
  });

  it("is a word when Spark names none, or another", () => {
    expect(marked("SELECT nosuch, 2", 1, 8)).toBe("nosuch");
    expect(marked("SELECT `no such`, 2", 1, 8, "elsewhere")).toBe("`no such`");
    expect(marked("SELECT ,", 1, 8)).toBe(",");
  });

  it("counts characters beyond U+FFFF once", () => {
    expect(marked("SELECT '😀😀', nosuch", 1, 14)).toBe("nosuch");
  });

  it("is the character before it at a line's end", () => {
    expect(marked("SELECT (\nFROM", 1, 9)).toBe("(");
    expect(marked("SELECT (", 1, 9)).toBe("(");
  });

  it("is the first word when no place is told", () => {
    expect(marked("\n  SELECT a\nFROM t", null, null)).toBe("SELECT");
    expect(marked("-- why\n/* and\nhow */ INSERT INTO t", null, null)).toBe("INSERT");
    expect(marked("SELECT 1", 9, 1)).toBe("SELECT");
  });
});
