import { apiUrl } from "./client";
import type { Engine } from "./types";

/** Give where Spark's own pages of an engine begin; null when there are none. */
export function sparkBase(engine: Engine): string | null {
  if (engine.state !== "READY") return null;
  return engine.kind === "remote" ? engine.monitor_url : apiUrl("/engine/spark");
}
