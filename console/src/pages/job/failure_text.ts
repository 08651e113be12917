import type { Job } from "../../api/types";

const PLAN_FOLLOWS = /; line \d+ pos \d+;?$/;

/**
 * Give Spark's words on a failure without what the page shows better: the excerpt of the statement after
 * "== SQL ==", and the plan that the analyser appends.
 */
export function failureText(job: Job): string {
  const lines = (job.error?.message ?? job.message).trimEnd().split("\n");
  const ends = [
    job.error?.line ? lines.findIndex((line) => line.startsWith("== SQL")) : -1,
    lines.findIndex((line) => PLAN_FOLLOWS.test(line)) + 1,
  ].filter((at) => at > 0);
  return lines
    .slice(0, Math.min(lines.length, ...ends))
    .join("\n")
    .replace(PLAN_FOLLOWS, "")
    .trimEnd();
}
