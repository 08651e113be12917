import { describe, expect, it } from "vitest";
import { aJob } from "../job/scene";
import { callFor, isFiltered, matches, wantedOf } from "./wanted";

function wanted(query: string) {
  return wantedOf(new URLSearchParams(query));
}

describe("what the address asks for", () => {
  it("becomes the call of the API", () => {
    expect(callFor(wanted("status=FAILED&status=RUNNING&queue=etl&search=a%25b&page=3"))).toBe(
      "/jobs?status=RUNNING&status=FAILED&queue=etl&search=a%25b&limit=50&offset=100",
    );
  });

  it("is everything when it asks for nothing, or for nonsense", () => {
    for (const query of ["", "status=SLEEPING&page=-1", "page=1.5", "page=x"]) {
      expect(callFor(wanted(query))).toBe("/jobs?limit=50&offset=0");
      expect(isFiltered(wanted(query))).toBe(false);
    }
  });
});

describe("a job that comes", () => {
  const job = aJob({ statement: "SELECT * FROM Orders", queue_name: "etl", owner: "ann" });

  it.each([
    ["", true],
    ["status=RUNNING&status=FAILED", true],
    ["status=FAILED", false],
    ["queue=etl&owner=ann", true],
    ["queue=default", false],
    ["owner=bob", false],
    ["search=from+orders", true],
    ["search=lineitem", false],
  ])("is held against %s", (query, isWanted) => {
    expect(matches(job, wanted(query))).toBe(isWanted);
  });
});
