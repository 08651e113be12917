import { useEffect, useRef } from "preact/hooks";
import type { EngineLog } from "../../api/types";
import { Failure } from "../../ui/failure";
import { Loading } from "../../ui/loading";
import type { Repeated } from "./repeated";

const NEAR_END = 24; // pixels

/** The end of the engine's log; it follows what comes unless the reader has scrolled up. */
export function LogTail({ log }: { log: Repeated<EngineLog> }) {
  const box = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  const { value, failure } = log;
  const text = value?.lines.join("\n") ?? "";

  useEffect(() => {
    if (isAtEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);

  if (value === null) return failure === null ? <Loading /> : <Failure error={failure} retry={log.hurry} />;
  if (value.lines.length === 0) return <p class="engines-line">{value.reason ?? "The log is empty."}</p>;
  return (
    <pre
      class="log-tail"
      ref={box}
      tabIndex={0}
      aria-label="The last lines of the engine's log"
      onScroll={({ currentTarget: shown }) => {
        isAtEnd.current = shown.scrollHeight - shown.scrollTop - shown.clientHeight < NEAR_END;
      }}
    >
      {text}
    </pre>
  );
}
