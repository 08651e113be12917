/** The engine's cores over time, as a chart takes them. */

import type { AlignedData } from "uplot";
import type { UsageSample } from "../../api/types";

/** How long a time the chart shows, in seconds. */
export const SHOWN_SECONDS = 30 * 60;

const GAP_MS = 5_000; // samples come about one a second; in a longer gap no job ran
const EDGE_MS = 1_000;

/** Give seconds, cores that work and cores that there are; between jobs none works. */
export function usageData(samples: readonly UsageSample[], now: number): AlignedData {
  const at: number[] = [];
  const busy: (number | null)[] = [];
  const cores: (number | null)[] = [];
  const add = (moment: number, works: number, has: number | null): void => {
    at.push(moment / 1_000);
    busy.push(works);
    cores.push(has);
  };
  let last: number | null = null;
  for (const sample of samples) {
    if (last !== null && sample.at - last > GAP_MS) {
      add(last + EDGE_MS, 0, null);
      add(sample.at - EDGE_MS, 0, null);
    }
    add(sample.at, Math.min(sample.busy, sample.cores), sample.cores); // Spark counts a task that just ended too
    last = sample.at;
  }
  if (last !== null && now - last > GAP_MS) {
    add(last + EDGE_MS, 0, null);
    add(now, 0, null);
  }
  return [at, busy, cores];
}
