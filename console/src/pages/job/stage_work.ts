import type { Plan } from "../../api/types";
import { stagesOf } from "./plan_stages";

/** Operators that say nothing of what a stage is for. */
const QUIET =
  /^(WholeStageCodegen|InputAdapter|Project|ColumnarToRow|AdaptiveSparkPlan|AQEShuffleRead)|QueryStage$/;
const MOST = 4;

/** Tell in a few words what each stage does, by its number, from the operators that ran in it. */
export function stageWork(plan: Plan | null): Map<number, string> {
  const words = new Map<number, string[]>();
  for (const { nodes } of (plan?.executions ?? []).flatMap((each) => each.trees)) {
    for (const [at, stages] of stagesOf(nodes).entries()) {
      const name = nodes[at]?.name ?? "";
      if (!QUIET.test(name)) addWord(words, stages, operatorWord(name));
    }
  }
  return new Map([...words].map(([stageId, said]) => [stageId, inWords(said)]));
}

/** Shorten an operator's name: `Scan parquet spark_catalog.tpch.lineitem` is `scan lineitem`. */
export function operatorWord(name: string): string {
  const scan = /^(?:Batch|File)?Scan (?:\S+ )*?(\S+)$/.exec(name);
  if (scan !== null) {
    return `scan ${scan[1]?.split(".").at(-1) ?? ""}`;
  }
  // What follows is the kind of a join or of a command.
  const [word = ""] = name.replace(/^Execute /, "").split(" ");
  return word.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}

function addWord(words: Map<number, string[]>, stages: number[], word: string): void {
  for (const stageId of stages) {
    const said = words.get(stageId) ?? [];
    // The plan stands with its result on top: what ran first comes last.
    if (!said.includes(word)) words.set(stageId, [word, ...said]);
  }
}

function inWords(said: string[]): string {
  if (said.length <= MOST) return said.join(", ");
  return `${said.slice(0, MOST - 1).join(", ")} and ${said.length - MOST + 1} more`;
}
