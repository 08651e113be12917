import type { PlanNode } from "../../api/types";
import { bytes, count, duration } from "../../ui/format";
import { type Figure, FigureList } from "./figure_list";

interface Props {
  node: PlanNode;
  onShowStage: (stageId: number) => void;
  onClose: () => void;
}

/** Every figure that Spark gives of an operator, and the stages that worked on it. */
export function PlanDetail({ node, onShowStage, onClose }: Props) {
  return (
    <section class="stage-detail" aria-label={node.name}>
      <header>
        <h3>{node.name}</h3>
        {node.is_codegen && <span class="job-quiet">compiled</span>}
        {node.stage_ids.map((stageId) => (
          <button key={stageId} type="button" class="link" onClick={() => onShowStage(stageId)}>
            Stage {stageId}
          </button>
        ))}
        <button type="button" class="quiet" aria-label="Close the operator's figures" onClick={onClose}>
          Close
        </button>
      </header>
      {Object.keys(node.metrics).length === 0 ? (
        <p class="job-quiet">Spark gives no figures of it so far.</p>
      ) : (
        <FigureList figures={metricFigures(node)} />
      )}
    </section>
  );
}

/** Metrics come as counts, bytes or milliseconds; Spark's name of each tells which. */
export function metricFigures(node: PlanNode): Figure[] {
  return Object.entries(node.metrics).map(([name, value]) => [name, metricText(name, value)]);
}

function metricText(name: string, value: number): string {
  if (/\b(time|duration)\b/i.test(name)) {
    return duration(value);
  }
  return /\b(size|bytes|memory)\b/i.test(name) ? bytes(value) : count(value);
}
