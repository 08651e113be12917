/** What is read again and again while a page shows it. */

import { useEffect, useRef, useState } from "preact/hooks";
import { api, isAborted } from "../../api/client";

const SOON_MS = 300; // so that many wishes become one reading

export interface Repeated<T> {
  /** What was read last; null: nothing yet. */
  value: T | null;
  /** Why the last reading failed; null: it did not. */
  failure: unknown;
  /** Read soon rather than when its time comes. */
  hurry: () => void;
}

/** Read a call of the API every so often while the page is seen. */
export function useRepeated<T>(path: string, everyMs: number): Repeated<T> {
  const [value, setValue] = useState<T | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const hurry = useRef<() => void>(() => undefined);

  useEffect(() => {
    const end = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isReading = false;
    let isWished = false; // while it is read
    let isSoon = false;

    async function read(): Promise<void> {
      isReading = true;
      isWished = isSoon = false;
      try {
        setValue(await api<T>(path, { signal: end.signal }));
        setFailure(null);
      } catch (error) {
        if (isAborted(error)) return;
        setFailure(error);
      }
      isReading = false;
      if (!document.hidden) wait(isWished ? SOON_MS : everyMs);
    }

    function wait(milliseconds: number): void {
      clearTimeout(timer);
      isSoon = milliseconds === SOON_MS;
      timer = setTimeout(() => void read(), milliseconds);
    }

    function wish(): void {
      if (isReading) isWished = true;
      else if (!isSoon && !document.hidden) wait(SOON_MS);
    }

    hurry.current = wish;
    document.addEventListener("visibilitychange", wish);
    void read();
    return () => {
      hurry.current = () => undefined;
      end.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", wish);
    };
  }, [path, everyMs]);

  return { value, failure, hurry: () => hurry.current() };
}
