import type { Column } from "../../api/types";
import { count } from "../../ui/format";
import { FIRST_ROWS, KINDS, numberColumns, type ChosenChart } from "./chart_choice";

const KIND_NAMES = { bar: "Bars", line: "Line", scatter: "Points" } as const;
const MOST_SERIES = 6; // as many as have a colour of their own

export interface ChartControlsProps {
  columns: readonly Column[];
  choice: ChosenChart;
  onChange: (choice: ChosenChart) => void;
}

/** Which columns are drawn, how, and of how many rows. */
export function ChartControls({ columns, choice, onChange }: ChartControlsProps) {
  const numbers = numberColumns(columns);
  const nameOf = (index: number): string => columns[index]?.name ?? "";
  const turn = (index: number): void => {
    const without = choice.y.filter((each) => each !== index);
    const y = without.length < choice.y.length ? without : [...choice.y, index];
    if (y.length) onChange({ ...choice, y });
  };
  return (
    <div class="chart-controls">
      <label>
        Draw
        <select
          value={choice.kind}
          onChange={(event) =>
            onChange({ ...choice, kind: KINDS[event.currentTarget.selectedIndex] ?? choice.kind })
          }
        >
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {KIND_NAMES[kind]}
            </option>
          ))}
        </select>
      </label>
      <label>
        along
        <select
          value={choice.x === null ? "row" : String(choice.x)}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...choice, x: value === "row" ? null : Number(value) })
          }
        >
          <option value="row">row number</option>
          {columns.map((column, index) => (
            <option key={index} value={String(index)}>
              {column.name}
            </option>
          ))}
        </select>
      </label>
      <fieldset>
        <legend>of</legend>
        {numbers.map((index) => (
          <label key={index}>
            <input
              type="checkbox"
              checked={choice.y.includes(index)}
              disabled={!choice.y.includes(index) && choice.y.length >= MOST_SERIES}
              onChange={() => turn(index)}
            />
            {nameOf(index)}
          </label>
        ))}
      </fieldset>
      <label>
        over the first
        <select
          value={String(choice.first)}
          onChange={(event) => onChange({ ...choice, first: Number(event.currentTarget.value) })}
        >
          {FIRST_ROWS.map((rows) => (
            <option key={rows} value={String(rows)}>
              {count(rows)} rows
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
