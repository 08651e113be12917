/** What there is of a job's rows, for a component that shows them. */

import { useEffect, useState } from "preact/hooks";
import { followResult, type ResultState } from "./grid_source";

/** Follow a job's rows while the component is there; `trouble` is what keeps it from knowing more. */
export function useResult(jobId: string): { state: ResultState; trouble: unknown } {
  const [state, setState] = useState<ResultState>({ kind: "unknown" });
  const [trouble, setTrouble] = useState<unknown>(null);
  useEffect(() => {
    const end = new AbortController();
    setState({ kind: "unknown" });
    void followResult(jobId, setState, setTrouble, end.signal);
    return () => end.abort();
  }, [jobId]);
  return { state, trouble };
}
