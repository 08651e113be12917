import type { PlanNode } from "../../api/types";

/** Where the work of one stage ends and that of another begins. */
const BOUNDARY = /(QueryStage|Exchange)$/;

/**
 * Give the stages of each operator of a tree.
 *
 * Spark names them only for operators that measure something. The others run in the stage of the operator
 * above them, unless rows change hands in between; of an exchange that is the stage which writes.
 */
export function stagesOf(nodes: readonly PlanNode[]): number[][] {
  const above: { depth: number; stages: number[] }[] = [];
  return nodes.map((node) => {
    while (above.length > 0 && above.at(-1)!.depth >= node.depth) above.pop();
    const isBoundary = BOUNDARY.test(node.name);
    const inherited = isBoundary ? [] : (above.at(-1)?.stages ?? []);
    const stages = node.stage_ids.length > 0 ? node.stage_ids : inherited;
    const below = isBoundary ? stages.toSorted((a, b) => a - b).slice(0, 1) : stages;
    above.push({ depth: node.depth, stages: below });
    return stages;
  });
}
