/** A chart that is loaded when it is shown. */

import type { AlignedData } from "uplot";
import { useEffect, useRef } from "preact/hooks";
import type { ChartPlan } from "./chart_plan";
import type { ChartHandle } from "./chart_uplot";
import { latePart } from "./late_part";
import "uplot/dist/uPlot.min.css";
import "./chart.css";

export interface ChartProps {
  /** Kept by the caller (`useMemo`): another one draws the chart anew. */
  plan: ChartPlan;
  data: AlignedData;
  /** In pixels, without the legend. */
  height: number;
  /** What the chart shows, for those who do not see it. */
  label: string;
}

/** Show a chart of the host's width. */
export function Chart({ plan, data, height, label }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<ChartHandle | null>(null);
  const latest = useRef(data);
  latest.current = data;

  useEffect(() => {
    let isGone = false;
    void latePart(() => import("./chart_uplot")).then(({ openChart }) => {
      if (!isGone && host.current) chart.current = openChart(host.current, plan, latest.current, height);
    });
    return () => {
      isGone = true;
      chart.current?.destroy();
      chart.current = null;
    };
  }, [plan, height]);

  useEffect(() => chart.current?.setData(data), [data]);

  return <div class="chart" ref={host} role="img" aria-label={label} />;
}
