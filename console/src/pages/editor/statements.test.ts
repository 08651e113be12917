import { afterEach, describe, expect, it, vi } from "vitest";
import { type Statement, indexAt, split, withAround } from "./statements";

vi.stubGlobal("location", { href: "http://localhost/console/" });

function statement(start: number, end: number, more: Partial<Statement> = {}): Statement {
  const rest = { text: "", line: 1, job_type: "QUERY" as const, uses: null, sets: {}, is_temporary: false };
  return { ...rest, start, end, ...more };
}

describe("the statement that the cursor means", () => {
  //            0         10         20
  const text = "SELECT 1;\n\nSELECT 2; SELECT 3;\n";
  const found = [statement(0, 8), statement(11, 19), statement(21, 29)];

  it("is the one around it", () => {
    expect([0, 5, 8].map((pos) => indexAt(found, text, pos))).toEqual([0, 0, 0]);
    expect(indexAt(found, text, 15)).toBe(1);
  });

  it("is the one before it on its line, else the next", () => {
    expect(indexAt(found, text, 9)).toBe(0);
    expect(indexAt(found, text, 10)).toBe(1);
    expect(indexAt(found, text, 20)).toBe(1);
  });

  it("is the last at the end, the first at the beginning, and none where there are none", () => {
    expect(indexAt(found, text, text.length)).toBe(2);
    expect(indexAt([statement(3, 9)], "\n\n\nSELECT", 0)).toBe(0);
    expect(indexAt([], "", 0)).toBe(-1);
  });
});

describe("what statements run in", () => {
  it("is what USE and SET before them left", () => {
    const [use, set] = [statement(0, 1, { uses: "sales" }), statement(2, 3, { sets: { a: "1" } })];
    const found = [use, set, statement(4, 5)];
    const around = withAround(found, { database: "default", conf: {} }).map(([, each]) => each);
    expect(around).toEqual([
      { database: "default", conf: {} },
      { database: "sales", conf: {} },
      { database: "sales", conf: { a: "1" } },
    ]);
  });
});

describe("splitting", () => {
  afterEach(() => vi.restoreAllMocks());

  it("asks the service, and counts as the editor does", async () => {
    const text = "SELECT '😀';SELECT 2";
    const answer = { statements: [statement(0, 10), statement(11, 19)] }; // in characters
    vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(JSON.stringify(answer)));
    const found = await split(text);
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual(["SELECT '😀'", "SELECT 2"]);
  });

  it("asks nothing of an empty text", async () => {
    const fetched = vi.spyOn(globalThis, "fetch");
    expect(await split(" \n")).toEqual([]);
    expect(fetched).not.toHaveBeenCalled();
  });
});
