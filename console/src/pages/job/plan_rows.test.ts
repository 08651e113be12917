import { describe, expect, it } from "vitest";
import type { Plan, PlanNode } from "../../api/types";
import { metricFigures } from "./plan_detail";
import { planRows } from "./plan_rows";
import { stagesOf } from "./plan_stages";
import { aNode, aProgress, aStage, aSubjob } from "./scene";
import { operatorWord, stageWork } from "./stage_work";

const planOf = (...nodes: PlanNode[][]): Plan => {
  const trees = nodes.map((each) => ({ nodes: each }));
  const execution = { execution_id: 9, is_running: true, told_at: 0, subjob_ids: [], trees };
  return { job_id: "j1", executions: [execution] };
};

const tree = [
  aNode("HashAggregate", 0, { time_ms: 50, stage_ids: [2] }),
  aNode("ShuffleQueryStage", 1, { stage_ids: [1] }),
  aNode("Exchange", 2, { stage_ids: [1, 2], time_ms: 10 }),
  aNode("Project", 3, { stage_ids: [1] }),
  aNode("Scan parquet spark_catalog.tpch.lineitem", 4, { time_ms: 100, stage_ids: [1] }),
];

describe("the stages of operators", () => {
  it("reach down to where rows change hands, also where Spark names none", () => {
    const nodes = [
      aNode("HashAggregate", 0, { stage_ids: [9] }),
      aNode("BroadcastHashJoin Inner BuildRight", 1),
      aNode("ShuffleQueryStage", 2),
      aNode("Exchange", 3, { stage_ids: [5, 4] }),
      aNode("Filter", 4),
      aNode("BroadcastQueryStage", 2),
      aNode("BroadcastExchange", 3),
      aNode("Range", 4),
    ];
    expect(stagesOf(nodes)).toEqual([[9], [9], [], [5, 4], [4], [], [], []]);
  });
});

describe("the plan", () => {
  it("marks operators of the stage that runs, and compares times with the slowest", () => {
    const progress = aProgress([aSubjob(1, [aStage(1), aStage(2, { status: "ACTIVE" })])]);
    const rows = planRows(planOf(tree), progress).filter((row) => row.kind === "operator");
    expect(rows.map((row) => row.isBusy)).toEqual([true, false, true, false, false]);
    expect(rows.map((row) => row.share)).toEqual([0.5, 0, 0.1, 0, 1]);
  });

  it("has titles only where there are several trees", () => {
    const titles = planRows(planOf(tree, [aNode("Scan", 0)]), null).filter((row) => row.kind === "title");
    expect(titles.map((row) => row.text)).toEqual(["Subquery 1"]);
  });

  it("tells what a stage does, in the order of its work", () => {
    expect(stageWork(planOf(tree)).get(1)).toBe("scan lineitem, exchange");
    expect(stageWork(planOf(tree)).get(2)).toBe("exchange, hash aggregate");
    expect(stageWork(null).size).toBe(0);
  });

  it.each([
    ["Scan parquet spark_catalog.tpch.lineitem", "scan lineitem"],
    ["BatchScan local.db.t", "scan t"],
    ["BroadcastHashJoin Inner BuildRight", "broadcast hash join"],
    ["Range", "range"],
  ])("calls %s %s", (name, word) => {
    expect(operatorWord(name)).toBe(word);
  });

  it("writes metrics by what their names say they are", () => {
    const metrics = { "number of output rows": 1_234, "time in build": 2_500, "peak memory": 2_048 };
    expect(metricFigures(aNode("HashAggregate", 0, { metrics })).map(([, text]) => text)).toEqual([
      ...["1,234", "2.5 s", "2.0 KiB"],
    ]);
  });
});
