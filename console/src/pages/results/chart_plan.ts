/** How a quick chart looks to uPlot. */

import type uPlot from "uplot";
import { axisIn, timeAxisIn, valueAxisIn, type ChartColours, type ChartPlan } from "../../ui/chart_plan";
import type { ChartData, ChartKind } from "./chart_data";

const BARS_SHARE = 0.8; // of a place's width; the rest is the gap to the next

// The length of a bar says how much it is.
const END_OF_BARS: uPlot.Range.Limit = { soft: 0, mode: 1, pad: 0.1 };
const FROM_ZERO: uPlot.Range.Config = { min: END_OF_BARS, max: END_OF_BARS };

const figures = new Intl.NumberFormat("en", { maximumSignificantDigits: 12 });

/** Give the plan of a chart; `names` are the columns', x first. */
export function quickPlan(kind: ChartKind, data: ChartData, names: readonly string[]): ChartPlan {
  const label = (index: number): string => data.labels?.[index] ?? "";
  return (colours, kit) => ({
    tzDate: (seconds) => kit.tzDate(new Date(seconds * 1_000), "Etc/UTC"), // as the rows' text has it
    scales: {
      x: { time: data.isTime, ...(data.labels ? { range: aroundPlaces } : {}) },
      ...(kind === "bar" ? { y: { range: FROM_ZERO } } : {}),
    },
    axes: [xAxis(colours, data, names[0] ?? "", label), valueAxisIn(colours)],
    series: [
      {
        label: names[0] ?? "",
        ...(data.isTime ? { value: "{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}" } : { value: (_, at) => shown(at) }),
      },
      ...names
        .slice(1)
        .map((name, index) =>
          seriesOf(
            kind,
            name,
            barPaths(kit, index, names.length - 1),
            colours.series[index % colours.series.length],
          ),
        ),
    ],
    cursor: { drag: { x: true, y: kind === "scatter" }, focus: { prox: 24 } },
    focus: { alpha: 0.4 },
  });

  function shown(at: number | null): string {
    if (at === null) return "–";
    return data.labels ? label(at) : figures.format(at);
  }
}

function xAxis(
  colours: ChartColours,
  data: ChartData,
  name: string,
  label: (index: number) => string,
): uPlot.Axis {
  const more: uPlot.Axis = { label: name, labelSize: 18, labelGap: 0, labelFont: "12px sans-serif" };
  if (data.isTime) return timeAxisIn(colours, { ...more, size: 44 });
  if (!data.labels) return axisIn(colours, { ...more, size: 28 });
  return axisIn(colours, {
    ...more,
    size: 28,
    space: 90,
    incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000],
    grid: { show: false },
    values: (_, places) => places.map((place) => cut(label(place))),
  });
}

function seriesOf(
  kind: ChartKind,
  label: string,
  bars: uPlot.Series.PathBuilder | undefined,
  colour: string | undefined,
): uPlot.Series {
  const stroke = colour ?? "gray";
  const base: uPlot.Series = {
    label,
    stroke,
    value: (_, value: number | null) => (value === null ? "–" : figures.format(value)),
    points: { show: false },
  };
  switch (kind) {
    case "line":
      return { ...base, width: 1.5 };
    case "scatter":
      return {
        ...base,
        paths: () => null,
        points: { show: true, size: 5, space: 0, fill: stroke, width: 0 },
      };
    case "bar":
      return { ...base, width: 0, fill: stroke, ...(bars ? { paths: bars } : {}) };
  }
}

/** Bars of several series stand side by side at each place. */
function barPaths(kit: typeof uPlot, index: number, count: number): uPlot.Series.PathBuilder | undefined {
  const width = BARS_SHARE / count;
  const left = index * width - BARS_SHARE / 2;
  return kit.paths.bars?.({
    disp: {
      x0: { unit: 1, values: (chart) => Array.from(chart.data[0], (place) => place + left) },
      size: { unit: 1, values: () => [width] },
    },
  });
}

function aroundPlaces(_chart: uPlot, first: number, last: number): uPlot.Range.MinMax {
  return [first - 0.5, last + 0.5];
}

function cut(label: string): string {
  return label.length > 14 ? `${label.slice(0, 13)}…` : label;
}
