/** uPlot in the console's colours. Loaded only where a chart is shown. */

import uPlot from "uplot";
import type { ChartColours, ChartPlan } from "./chart_plan";
import { colour, isDark } from "./theme";

/** A chart on the page. */
export interface ChartHandle {
  setData(data: uPlot.AlignedData): void;
  destroy(): void;
}

const SERIES = ["--chart-1", "--chart-2", "--chart-3", "--chart-4", "--chart-5", "--chart-6"];

/** Put a chart into `host`: it follows the host's width and the page's light or dark look. */
export function openChart(
  host: HTMLElement,
  plan: ChartPlan,
  data: uPlot.AlignedData,
  height: number,
): ChartHandle {
  let shown = data;
  let chart = draw();

  function draw(): uPlot {
    const size = { width: Math.max(120, host.clientWidth), height };
    return new uPlot({ ...plan(coloursNow(), uPlot), ...size }, shown, host);
  }

  const size = new ResizeObserver(() => {
    const width = Math.max(120, host.clientWidth);
    if (width !== chart.width) chart.setSize({ width, height });
  });
  size.observe(host);
  let drawnDark = isDark.peek();
  const leave = isDark.subscribe((dark) => {
    if (dark === drawnDark) return;
    drawnDark = dark;
    chart.destroy();
    chart = draw();
  });
  return {
    setData(next) {
      shown = next;
      chart.setData(next);
    },
    destroy() {
      size.disconnect();
      leave();
      chart.destroy();
    },
  };
}

function coloursNow(): ChartColours {
  return { text: colour("--text-soft"), grid: colour("--line"), series: SERIES.map(colour) };
}
