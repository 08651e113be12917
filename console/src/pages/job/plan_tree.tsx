import { useMemo, useState } from "preact/hooks";
import type { Plan, Progress } from "../../api/types";
import { PlanDetail } from "./plan_detail";
import { PlanLine } from "./plan_line";
import { planRows } from "./plan_rows";
import type { SparkPages } from "./spark_pages";
import { Windowed } from "./windowed";
import "./plan.css";

const ROW_HEIGHT = 28;
const MOST_ROWS = 40; // in sight; more scroll

interface Props {
  plan: Plan;
  progress: Progress | null;
  pages: SparkPages | null;
  onShowStage: (stageId: number) => void;
}

/** The plan as a tree: each operator's rows, time and bytes as they come in, those at work marked. */
export function PlanTree({ plan, progress, pages, onShowStage }: Props) {
  const [chosen, setChosen] = useState<string | null>(null);
  const rows = useMemo(() => planRows(plan, progress), [plan, progress]);
  const row = rows.find((each) => each.key === chosen);
  if (rows.length === 0) {
    return <p class="job-quiet">No plan is known.</p>;
  }
  return (
    <>
      <SparkLinks plan={plan} pages={pages} />
      <div class="plan" role="table" aria-label="Plan" aria-rowcount={rows.length + 1}>
        <div class="plan-row plan-head" role="row" aria-rowindex={1}>
          <span role="columnheader">Operator</span>
          <span role="columnheader">Rows</span>
          <span role="columnheader">Time</span>
          <span role="columnheader">Size</span>
        </div>
        <Windowed rows={rows} rowHeight={ROW_HEIGHT} mostRows={MOST_ROWS}>
          {(each, index) => (
            <PlanLine
              key={each.key}
              row={each}
              index={index}
              isChosen={each.key === chosen}
              onChoose={() => setChosen(each.key === chosen ? null : each.key)}
            />
          )}
        </Windowed>
      </div>
      {row?.kind === "operator" && (
        <PlanDetail node={row.node} onShowStage={onShowStage} onClose={() => setChosen(null)} />
      )}
    </>
  );
}

function SparkLinks({ plan, pages }: { plan: Plan; pages: SparkPages | null }) {
  if (pages === null) return null;
  return (
    <p class="job-quiet">
      Spark's page of{" "}
      {plan.executions.map(({ execution_id }) => (
        <a key={execution_id} href={pages.execution(execution_id)} target="_blank" rel="noreferrer">
          execution {execution_id}
        </a>
      ))}
    </p>
  );
}
