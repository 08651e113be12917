import { useMemo } from "preact/hooks";
import type { EngineUsage, UsageSample } from "../../api/types";
import { Chart } from "../../ui/chart";
import { axisIn, timeAxisIn, type ChartPlan } from "../../ui/chart_plan";
import { Failure } from "../../ui/failure";
import { counted } from "../../ui/format";
import { Loading } from "../../ui/loading";
import type { Repeated } from "./repeated";
import { SHOWN_SECONDS, usageData } from "./usage_data";

const HEIGHT = 170;
const FRESH_MS = 10_000; // an older sample: no job runs any more

const PLAN: ChartPlan = (colours, kit) => {
  const now = (): number => Date.now() / 1_000;
  const stepped = kit.paths.stepped?.({ align: 1 });
  return {
    scales: {
      x: { time: true, range: () => [now() - SHOWN_SECONDS, now()] },
      y: { range: (_chart, _low, high) => [0, Math.max(1, high)] },
    },
    axes: [
      timeAxisIn(colours, { size: 44 }),
      axisIn(colours, { size: 40, incrs: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024] }),
    ],
    series: [
      { label: "Time", value: "{HH}:{mm}:{ss}" },
      {
        label: "Busy cores",
        stroke: colours.series[0] ?? colours.text,
        fill: faded(colours.series[0] ?? colours.text),
        width: 1,
        points: { show: false },
        ...(stepped ? { paths: stepped } : {}),
      },
      {
        label: "Cores",
        stroke: colours.text,
        width: 1,
        dash: [4, 4],
        points: { show: false },
        ...(stepped ? { paths: stepped } : {}),
      },
    ],
    cursor: { drag: { x: false, y: false } },
  };
};

/** How many cores worked, over the last half hour. */
export function UsageChart({ usage }: { usage: Repeated<EngineUsage> }) {
  const { value, failure } = usage;
  const data = useMemo(() => value && usageData(value.samples, Date.now()), [value]);
  if (value === null || data === null) return failure === null ? <Loading /> : <Failure error={failure} />;
  const last = value.samples.at(-1);
  if (!last)
    return <p class="engines-line">Cores are counted while jobs run: no job ran in the last half hour.</p>;
  return (
    <>
      <p class="usage-now">{nowText(last)}</p>
      <Chart
        plan={PLAN}
        data={data}
        height={HEIGHT}
        label={`Busy cores over the last 30 minutes; ${nowText(last)}`}
      />
    </>
  );
}

function nowText(last: UsageSample): string {
  const executors = counted(last.executors, "executor");
  const isNow = Date.now() - last.at < FRESH_MS;
  return `${isNow ? Math.min(last.busy, last.cores) : 0} of ${counted(last.cores, "core")} busy, ${executors}`;
}

function faded(colour: string): string {
  return colour.replace(/^rgb\((.*)\)$/, "rgba($1, 0.22)");
}
