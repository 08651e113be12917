import type { Plan, PlanNode, Progress } from "../../api/types";
import { stagesOf } from "./plan_stages";

/** A line of the plan: an operator, or the title of a tree where there are several. */
export type PlanRow = PlanTitle | PlanOperator;

export interface PlanTitle {
  kind: "title";
  key: string;
  text: string;
}

export interface PlanOperator {
  kind: "operator";
  key: string;
  node: PlanNode;
  /** Whether a stage that runs now works on it. */
  isBusy: boolean;
  /** Its time as a share 0…1 of that of the operator that took most. */
  share: number;
}

/** Give the lines of a plan: every tree of every execution, each with its result on top. */
export function planRows(plan: Plan, progress: Progress | null): PlanRow[] {
  const active = activeStages(progress);
  const slowest = Math.max(1, ...allNodes(plan).map((node) => node.time_ms ?? 0));
  const hasMany = plan.executions.length > 1;
  return plan.executions.flatMap((execution) =>
    execution.trees.flatMap((tree, at) => {
      const key = `${execution.execution_id}-${at}`;
      const stages = stagesOf(tree.nodes);
      const rows: PlanRow[] = tree.nodes.map((node, index) => ({
        kind: "operator",
        key: `${key}-${index}`,
        node,
        isBusy: (stages[index] ?? []).some((each) => active.has(each)),
        share: (node.time_ms ?? 0) / slowest,
      }));
      const text = titleOf(at, hasMany ? execution.execution_id : null);
      return text === "" ? rows : [{ kind: "title", key, text }, ...rows];
    }),
  );
}

function titleOf(tree: number, executionId: number | null): string {
  const part = tree === 0 ? "" : `Subquery ${tree}`;
  const whole = executionId === null ? "" : `Execution ${executionId}`;
  return [whole, part].filter((each) => each !== "").join(", ");
}

function allNodes(plan: Plan): PlanNode[] {
  return plan.executions.flatMap((each) => each.trees).flatMap((tree) => tree.nodes);
}

function activeStages(progress: Progress | null): Set<number> {
  const stages = (progress?.subjobs ?? []).flatMap((each) => each.stages);
  return new Set(stages.filter((each) => each.status === "ACTIVE").map((each) => each.stage_id));
}
