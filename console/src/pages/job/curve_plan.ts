import type { Series } from "uplot";
import { type ChartPlan, axisIn } from "../../ui/chart_plan";
import { duration, percent } from "../../ui/format";
import { colour } from "../../ui/theme";
import { STEPS } from "./time_axis";

const SHARES = [0, 0.25, 0.5, 0.75, 1];

/** How the curve is drawn; `until` tells how far the axis of time reaches, in seconds. */
export function curvePlan(until: () => number): ChartPlan {
  return (colours) => {
    const share = (label: string, more: Series): Series => ({
      label,
      value: (_, value) => (value === null ? "–" : percent(value)),
      points: { show: false },
      ...more,
    });
    const edge = { stroke: colour("--accent-mid"), width: 0.5 };
    return {
      cursor: { y: false, drag: { setScale: false } },
      scales: { x: { time: false, range: () => [0, until()] }, y: { range: [0, 1] } },
      bands: [{ series: [2, 1], fill: colour("--accent-pale") }],
      axes: [
        axisIn(colours, {
          values: (_, splits) => splits.map((each) => (each === 0 ? "0" : duration(each * 1000))),
          incrs: STEPS.map((step) => step / 1000),
          space: 80,
        }),
        axisIn(colours, { values: (_, splits) => splits.map(percent), splits: () => SHARES, size: 48 }),
      ],
      series: [
        { label: "After", value: (_, value) => (value === null ? "–" : duration(value * 1000)) },
        share("Low", edge),
        share("High", edge),
        share("Truth", { stroke: colours.text, width: 1, dash: [5, 5] }),
        share("Estimate", { stroke: colour("--accent"), width: 2 }), // last: the band would lie over it
      ],
    };
  };
}
