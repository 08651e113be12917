import { describe, expect, it } from "vitest";
import { cellText, detailText, kindOf, shownText, tsvOf } from "./grid_cells";
import { isExact, parseExactly, writeExactly, type Cell } from "./grid_json";

function cells(json: string): Cell[] {
  return parseExactly(json) as Cell[];
}

describe("numbers of a result", () => {
  it("keep every digit of a 64-bit integer and of a decimal", () => {
    const written = [
      "9223372036854775807",
      "-9007199254740993",
      "10.00",
      "0.1000000000000000055511151231257827",
    ];
    const read = cells(`[${written.join(",")}]`);
    expect(read.map((cell) => cellText(cell, "number"))).toEqual(written);
  });

  it("stay numbers where JavaScript holds them", () => {
    expect(cells("[1,-2,0.5,12345678]")).toEqual([1, -2, 0.5, 12345678]);
  });

  it("keep their digits inside nested values", () => {
    const nested = '{"id":9223372036854775807,"price":[1.50,null]}';
    const [cell] = cells(`[${nested}]`);
    expect(cellText(cell!, "nested")).toBe(nested);
    expect(writeExactly(cell!, 2)).toContain('"id": 9223372036854775807');
    expect(isExact(cell)).toBe(false);
  });

  it("are told from objects that only look like kept numbers", () => {
    const [cell] = cells('[{"rawJSON":"1"}]');
    expect(isExact(cell)).toBe(false);
    expect(cellText(cell!, "nested")).toBe('{"rawJSON":"1"}');
  });
});

describe("a cell's kind", () => {
  it.each([
    ["bigint", "number"],
    ["decimal(15,2)", "number"],
    ["timestamp_ntz", "moment"],
    ["array<struct<a:int>>", "nested"],
    ["map<string,bigint>", "nested"],
    ["interval day to second", "text"],
    ["binary", "binary"],
    ["varchar(10)", "text"],
    ["boolean", "boolean"],
  ])("of %s is %s", (type, kind) => expect(kindOf(type)).toBe(kind));
});

describe("a cell's text", () => {
  it("shows binary as hex, also when only a part is shown", () => {
    expect(cellText("3q2+7w==", "binary")).toBe("DEADBEEF");
    expect(detailText("3q2+7w==", "binary")).toBe("DE AD BE EF");
    const long = btoa("\u0001".repeat(30_000));
    expect(shownText(long, "binary")).toBe(`${"01".repeat(200)}…`);
  });

  it("shows one line in the grid and all of them alone", () => {
    expect(shownText("one\ntwo\tthree", "text")).toBe("one↵two⇥three");
    expect(detailText("one\ntwo", "text")).toBe("one\ntwo");
    expect(shownText("x".repeat(5_000), "text")).toHaveLength(401);
  });

  it("quotes what would break a pasted table", () => {
    expect(
      tsvOf([
        ["a", 'say "b"'],
        ["c\td", "e\nf"],
        ["", "g"],
      ]),
    ).toBe('a\t"say ""b"""\n"c\td"\t"e\nf"\n\tg');
  });
});
