/** How charts are described, without loading uPlot for it. */

import type uPlot from "uplot";

/** Colours of the page as it looks now, resolved for a canvas. */
export interface ChartColours {
  text: string;
  grid: string;
  /** One after the other for the series of a chart. */
  series: readonly string[];
}

/** A chart's options without its size; made anew when the colours change; `kit` is uPlot, which comes late. */
export type ChartPlan = (colours: ChartColours, kit: typeof uPlot) => Omit<uPlot.Options, "width" | "height">;

/** Give an axis in the page's colours. */
export function axisIn(colours: ChartColours, more: uPlot.Axis = {}): uPlot.Axis {
  const lines = { stroke: colours.grid, width: 1 };
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  return { stroke: colours.text, font, grid: lines, ticks: { ...lines, size: 4 }, ...more };
}

/** Give an axis of values, as wide as its longest one. */
export function valueAxisIn(colours: ChartColours, more: uPlot.Axis = {}): uPlot.Axis {
  const width = (_chart: uPlot, values: string[] | null): number =>
    Math.max(36, 18 + 6.5 * Math.max(0, ...(values ?? []).map((value) => value.length)));
  return axisIn(colours, { size: width, ...more });
}

const DAY = 24 * 3_600;
const CLOCK_DAY = ["\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1]; // under the first of each day

// Which steps are written how; the day's clock has 24 hours, as everywhere else in the console.
const TIMES: uPlot.Axis.TimeValuesConfig = [
  [365 * DAY, "{YYYY}", null, null, null, null, null, null, 1],
  [28 * DAY, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [DAY, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [60, "{HH}:{mm}", ...CLOCK_DAY],
  [1, "{HH}:{mm}:{ss}", ...CLOCK_DAY],
  [0.001, "{ss}.{fff}", ...CLOCK_DAY],
];

/** Give an axis of time. */
export function timeAxisIn(colours: ChartColours, more: uPlot.Axis = {}): uPlot.Axis {
  return axisIn(colours, { values: TIMES, space: 70, ...more });
}
