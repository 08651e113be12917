import { useMemo, useRef } from "preact/hooks";
import type { AlignedData } from "uplot";
import type { Job, Sample } from "../../api/types";
import { Chart } from "../../ui/chart";
import { duration, percent } from "../../ui/format";
import { type Curve, curveOf } from "./curve_data";
import { curvePlan } from "./curve_plan";
import type { Axis } from "./time_axis";

const HEIGHT = 220;

interface Props {
  job: Job;
  samples: Sample[];
  axis: Axis;
}

/** The estimate with its range against the time that passed; of a finished job also what was true. */
export function ProgressCurve({ job, samples, axis }: Props) {
  const until = useRef(1);
  until.current = (axis.end - axis.begin) / 1000;
  const plan = useMemo(() => curvePlan(() => until.current), []);
  const curve = useMemo(() => curveOf(job, samples, axis.begin), [job, samples, axis.begin, axis.end]);
  if (curve.seconds.length === 0) {
    return <p class="job-quiet">Not known yet.</p>;
  }
  return <Chart plan={plan} data={dataOf(curve)} height={HEIGHT} label={labelOf(curve)} />;
}

function dataOf(curve: Curve): AlignedData {
  return [curve.seconds, curve.low, curve.high, curve.truth, curve.fraction];
}

function labelOf(curve: Curve): string {
  const at = curve.seconds.at(-1) ?? 0;
  const [said, low, high] = [curve.fraction.at(-1) ?? 0, curve.low.at(-1) ?? 0, curve.high.at(-1) ?? 1];
  return `After ${duration(at * 1000)}: ${percent(said)} done, between ${percent(low)} and ${percent(high)}`;
}
