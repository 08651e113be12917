import { bytes, count, duration } from "../../ui/format";
import type { PlanOperator, PlanRow } from "./plan_rows";

const DEEPEST = 24; // deeper ones stand no further to the right

interface Props {
  row: PlanRow;
  /** Its place among all lines, from 0. */
  index: number;
  isChosen: boolean;
  onChoose: () => void;
}

/** One line of the plan. */
export function PlanLine({ row, index, isChosen, onChoose }: Props) {
  if (row.kind === "title") {
    return (
      <div class="plan-row plan-title" role="row" aria-rowindex={index + 2}>
        <span role="cell">{row.text}</span>
      </div>
    );
  }
  const { node } = row;
  return (
    <div
      class={`plan-row${row.isBusy ? " is-busy" : ""}${isChosen ? " is-selected" : ""}`}
      role="row"
      aria-rowindex={index + 2}
    >
      <span role="cell" class="plan-name" style={{ "--depth": String(Math.min(DEEPEST, node.depth)) }}>
        <button
          type="button"
          class="plan-choose"
          aria-expanded={isChosen}
          title={node.name}
          onClick={onChoose}
        >
          <span class="visually-hidden">Level {node.depth + 1}: </span>
          {node.name}
        </button>
        {row.isBusy && <span class="plan-busy">running</span>}
      </span>
      <span role="cell" class="number">
        {node.rows === null ? "" : count(node.rows)}
      </span>
      <TimeCell row={row} />
      <span role="cell" class="number">
        {node.bytes === null ? "" : bytes(node.bytes)}
      </span>
    </div>
  );
}

/** The operator's time, over a bar that compares it with the slowest one. */
function TimeCell({ row }: { row: PlanOperator }) {
  return (
    <span role="cell" class="number plan-time">
      {row.share > 0 && <span class="plan-share" style={{ width: `${row.share * 100}%` }} />}
      <span class="plan-time-text">{row.node.time_ms === null ? "" : duration(row.node.time_ms)}</span>
    </span>
  );
}
