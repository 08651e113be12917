import { useEffect, useState } from "preact/hooks";
import { ApiError, project } from "../../api/client";

/** What was asked for: there, on its way (`waiting` says why it takes long), or refused. */
export interface Asked<T> {
  data: T | null;
  /** Why there is nothing new yet, as the service says it: the engine is starting, say. */
  waiting: string;
  error: ApiError | null;
}

const RETRY_SECONDS = 3;
const NOTHING = { data: null, waiting: "", error: null };

/**
 * Ask for something of the engine; again and again while the engine is starting or the service is away.
 *
 * `name` tells what `ask` asks for: another one starts anew, an empty one asks for nothing. With another
 * `version` it is asked for again, and what was there is shown until the answer comes.
 */
export function useEngineAnswer<T>(name: string, ask: () => Promise<T>, version = 0): Asked<T> {
  const key = name && `${project.value} ${name}`;
  const [answer, setAnswer] = useState<{ key: string; asked: Asked<T> }>({ key, asked: NOTHING });

  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;

    function tell(change: Partial<Asked<T>>): void {
      if (isOver) return;
      setAnswer((known) => {
        const data = known.key === key ? known.asked.data : null;
        return { key, asked: { ...NOTHING, data, ...change } };
      });
    }

    async function attempt(): Promise<void> {
      try {
        tell({ data: await ask() });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const seconds = retrySeconds(error);
        tell(seconds === null ? { data: null, error } : { waiting: error.message });
        if (seconds !== null && !isOver) timer = setTimeout(() => void attempt(), seconds * 1_000);
      }
    }

    if (key) void attempt();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [key, version]);

  return answer.key === key ? answer.asked : NOTHING;
}

/** Say when to ask again, in seconds; null: asking again is of no use. */
export function retrySeconds(error: ApiError): number | null {
  if (![0, 429, 503, 504].includes(error.status)) return null;
  return Math.min(Math.max(error.retryAfter ?? RETRY_SECONDS, 1), 30);
}
