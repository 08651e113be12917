import { ApiError } from "../../api/client";

/** Pauses are so many times as long as the read before took: a slow service is asked less. */
const TIMES = 10;

export interface CalmReads {
  /** Read now rather than after the pause. */
  hurry: () => void;
  stop: () => void;
}

/**
 * Read again and again, at the earliest `paceMs` after the last time, until a read that began when
 * `isOver` has come through. What is not there (404) is not asked for again; a hidden page asks nothing.
 */
export function readCalmly(
  read: (signal: AbortSignal) => Promise<void>,
  paceMs: number,
  isOver: () => boolean,
): CalmReads {
  const given = new AbortController();
  let timer: number | undefined;
  let isReading = false;
  let mustHurry = false;

  async function once(): Promise<void> {
    if (isReading || given.signal.aborted) return;
    isReading = true;
    mustHurry = false;
    const isLast = isOver();
    const begin = performance.now();
    const isDone = await tried(read, given.signal);
    isReading = false;
    if (given.signal.aborted || isDone === "gone" || (isLast && isDone === "read")) return;
    timer = window.setTimeout(wake, mustHurry ? 0 : Math.max(paceMs, TIMES * (performance.now() - begin)));
  }

  function wake(): void {
    if (document.hidden) timer = window.setTimeout(wake, paceMs);
    else void once();
  }

  void once();
  return {
    hurry: () => {
      mustHurry = true;
      clearTimeout(timer);
      void once();
    },
    stop: () => {
      clearTimeout(timer);
      given.abort();
    },
  };
}

async function tried(
  read: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<"read" | "failed" | "gone"> {
  try {
    await read(signal);
    return "read";
  } catch (error) {
    // That the service is away is told by the shell; the next read may come through.
    return error instanceof ApiError && error.status === 404 ? "gone" : "failed";
  }
}
