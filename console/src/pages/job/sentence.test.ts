import { describe, expect, it } from "vitest";
import type { Result } from "../../api/types";
import { failureText } from "./failure_text";
import { aJob, aProgress, aStage, aSubjob } from "./scene";
import { sentence } from "./sentence";

const nothing = new Map<number, string>();
const result: Result = { row_count: 1, byte_count: 8, schema: null };

describe("what is said of a job", () => {
  it("names the stage at work, what it does, and how many more there are", () => {
    const active = { status: "ACTIVE", num_completed_indices: 3 };
    const progress = aProgress([aSubjob(1, [aStage(4, active), aStage(5, active)])]);
    expect(sentence(aJob(), progress, new Map([[4, "scan lineitem"]]))).toBe(
      "Spark works on stage 4 (scan lineitem): 3 of 10 tasks done, and 1 more stage.",
    );
  });

  it("says what it waits for", () => {
    const progress = aProgress([], { waiting_for: { reason: "queue", text: "Waits for room in etl" } });
    expect(sentence(aJob({ state: "QUEUED" }), progress, nothing)).toBe("Waits for room in etl.");
  });

  it.each([
    ["FINISHED", null, result, "Finished in 5.0 s with 1 row."],
    ["FAILED", "statement failed", null, "Failed after 5.0 s: statement failed."],
    ["CANCELLED", "cancelled by user", null, "Ended after 5.0 s: cancelled by user."],
  ] as const)("says how a %s job ended", (state, reason, rows, text) => {
    expect(sentence(aJob({ state, reason, result: rows }), null, nothing)).toBe(text);
  });
});

describe("Spark's words on a failure", () => {
  const error = {
    kind: "syntax",
    error_class: "PARSE_SYNTAX_ERROR",
    sql_state: "42601",
    column: 8,
    fragment: "FORM",
  };

  it("are without the excerpt that the page shows itself", () => {
    const excerpt = "== SQL (line 1, position 8) ==\nSELECT FORM t\n       ^^^^\n";
    const message = `Syntax error near 'FORM'.\n\n${excerpt}`;
    expect(failureText(aJob({ error: { ...error, line: 1, message } }))).toBe("Syntax error near 'FORM'.");
    expect(failureText(aJob({ error: { ...error, line: null, message } }))).toContain("== SQL");
  });

  it("are without the plan that follows them", () => {
    const message = "Column `x` cannot be resolved. SQLSTATE: 42703; line 1 pos 7;\n'Project ['x]\n+- OneRow";
    expect(failureText(aJob({ error: { ...error, line: 1, message } }))).toBe(
      "Column `x` cannot be resolved. SQLSTATE: 42703",
    );
  });

  it("do not tell the place twice", () => {
    const message = "Cannot resolve routine `f`. SQLSTATE: 42883; line 2 pos 7";
    const text = failureText(aJob({ error: { ...error, line: 2, message } }));
    expect(text).toBe("Cannot resolve routine `f`. SQLSTATE: 42883");
  });

  it("are the job's message when Spark said nothing", () => {
    expect(failureText(aJob({ message: "engine lost" }))).toBe("engine lost");
  });
});
