import { useEffect, useMemo, useState } from "preact/hooks";
import { changeQuery, query } from "../../address";
import { isAborted } from "../../api/client";
import type { Column } from "../../api/types";
import { Chart } from "../../ui/chart";
import type { ChartPlan } from "../../ui/chart_plan";
import { Empty } from "../../ui/empty";
import { Failure } from "../../ui/failure";
import { count, counted } from "../../ui/format";
import type { Cell } from "../../ui/grid_json";
import { readPage } from "../../ui/grid_source";
import { Loading } from "../../ui/loading";
import { chosen, queryOf, type ChosenChart } from "./chart_choice";
import { ChartControls } from "./chart_controls";
import { chartData, type ChartData } from "./chart_data";
import { quickPlan } from "./chart_plan";

const HEIGHT = 280;

export interface QuickChartProps {
  jobId: string;
  columns: readonly Column[];
  rowCount: number;
}

/** A chart of chosen columns over the first rows. */
export function QuickChart({ jobId, columns, rowCount }: QuickChartProps) {
  const shape = JSON.stringify(columns);
  const asked = query().toString();
  const choice = useMemo(() => chosen(new URLSearchParams(asked), columns), [asked, shape]);
  if (!choice) {
    return (
      <section class="panel quick-chart">
        <Empty title="Nothing to draw">
          <p>A chart needs a column of numbers, and this result has none.</p>
        </Empty>
      </section>
    );
  }
  return (
    <section class="panel quick-chart" aria-label="Chart">
      <ChartControls columns={columns} choice={choice} onChange={(next) => changeQuery(queryOf(next))} />
      <DrawnRows jobId={jobId} columns={columns} rowCount={rowCount} choice={choice} />
    </section>
  );
}

function DrawnRows({ jobId, columns, rowCount, choice }: QuickChartProps & { choice: ChosenChart }) {
  const { rows, failure } = useFirstRows(jobId, Math.min(rowCount, choice.first));
  const drawn = useMemo(() => rows && drawnOf(rows, columns, choice), [rows, choice]);
  if (failure !== null) return <Failure error={failure} />;
  if (!rows || !drawn) return <Loading what="Reading rows…" />;
  const { data, names, points, plan } = drawn;
  const label = `${choice.kind} chart of ${names.slice(1).join(", ")} by ${names[0]}, ${points[0].length} points`;
  const leftOut = data.leftOut ? `; ${count(data.leftOut)} of them have no value for ${names[0]}` : "";
  return (
    <>
      <Chart plan={plan} data={points} height={HEIGHT} label={label} />
      <p class="quick-chart-note">{rowsText(rows.length, rowCount) + leftOut}</p>
    </>
  );
}

interface Drawn {
  data: ChartData;
  points: [number[], ...(number | null)[][]];
  names: string[];
  plan: ChartPlan;
}

function drawnOf(rows: readonly Cell[][], columns: readonly Column[], choice: ChosenChart): Drawn {
  const data = chartData(rows, columns, choice);
  const nameOf = (index: number): string => columns[index]?.name ?? "";
  const names = [choice.x === null ? "row" : nameOf(choice.x), ...choice.y.map(nameOf)];
  return { data, points: [data.x, ...data.y], names, plan: quickPlan(choice.kind, data, names) };
}

function useFirstRows(jobId: string, wanted: number): { rows: Cell[][] | null; failure: unknown } {
  const [rows, setRows] = useState<Cell[][] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    const end = new AbortController();
    setFailure(null);
    readPage(jobId, 0, wanted, end.signal).then(
      (page) => setRows(page.rows),
      (error: unknown) => isAborted(error) || setFailure(error),
    );
    return () => end.abort();
  }, [jobId, wanted]);
  return { rows, failure };
}

function rowsText(drawn: number, rowCount: number): string {
  return drawn < rowCount
    ? `The first ${count(drawn)} of ${counted(rowCount, "row")}`
    : `All ${counted(drawn, "row")}`;
}
