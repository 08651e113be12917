import { describe, expect, it } from "vitest";
import { parseExactly, type Cell } from "../../ui/grid_json";
import { chosen, queryOf } from "./chart_choice";
import { chartData, likelyChoice, numberOf, secondsOf } from "./chart_data";

const COLUMNS = [
  { name: "day", type: "date" },
  { name: "city", type: "string" },
  { name: "sales", type: "decimal(10,2)" },
  { name: "visits", type: "bigint" },
];
const ROWS = parseExactly(
  '[["2026-01-02","Bonn",10.50,3],["2026-01-01",null,7.00,9223372036854775807],[null,"Ulm","NaN",null]]',
) as Cell[][];

describe("a quick chart", () => {
  it("draws a line along a date in its order and tells what it left out", () => {
    const drawn = chartData(ROWS, COLUMNS, { kind: "line", x: 0, y: [2] });
    expect(drawn.x).toEqual([Date.UTC(2026, 0, 1) / 1_000, Date.UTC(2026, 0, 2) / 1_000]);
    expect(drawn.y).toEqual([[7, 10.5]]);
    expect(drawn).toMatchObject({ isTime: true, labels: null, leftOut: 1 });
  });

  it("draws bars in the order of the rows, with every name", () => {
    const drawn = chartData(ROWS, COLUMNS, { kind: "bar", x: 1, y: [2, 3] });
    expect(drawn.x).toEqual([0, 1, 2]);
    expect(drawn.labels).toEqual(["Bonn", "null", "Ulm"]);
    expect(drawn.y[0]).toEqual([10.5, 7, null]);
    expect(drawn.y[1]?.[2]).toBeNull();
  });

  it("counts rows when there is nothing else to go along", () => {
    const drawn = chartData(ROWS, COLUMNS, { kind: "scatter", x: null, y: [3] });
    expect(drawn.x).toEqual([1, 2, 3]);
  });

  it("starts with what is most likely wanted", () => {
    expect(likelyChoice(COLUMNS)).toEqual({ kind: "line", x: 0, y: [2] });
    expect(likelyChoice(COLUMNS.slice(1))).toEqual({ kind: "bar", x: 0, y: [1] });
    expect(likelyChoice(COLUMNS.slice(2))).toEqual({ kind: "scatter", x: 0, y: [1] });
    expect(likelyChoice(COLUMNS.slice(0, 2))).toBeNull();
  });

  it("lives in the address and survives a wrong one", () => {
    const choice = { kind: "bar", x: null, y: [3, 2], first: 100 } as const;
    const query = new URLSearchParams(
      Object.entries(queryOf(choice)).flatMap(([name, value]) => [value].flat().map((each) => [name, each])),
    );
    expect(chosen(query, COLUMNS)).toEqual(choice);
    const wrong = new URLSearchParams("chart=pie&x=99&y=1&y=x&first=7");
    expect(chosen(wrong, COLUMNS)).toEqual({ kind: "line", x: 0, y: [2], first: 1_000 });
  });
});

describe("values for a chart", () => {
  it.each<[Cell, number | null]>([
    [5, 5],
    ["12.5", 12.5],
    ["NaN", null],
    ["", null],
    [null, null],
    [true, null],
    [[1], null],
  ])("%j is %j", (cell, value) => expect(numberOf(cell)).toBe(value));

  it("read moments as the text has them", () => {
    expect(secondsOf("1970-01-01 00:01:00.5")).toBe(60.5);
    expect(secondsOf("+12345-01-01")).toBeNull();
  });
});
