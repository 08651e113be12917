import { useEffect, useRef, useState } from "preact/hooks";
import type { Job } from "../../api/types";

const PATIENCE_MS = 450; // a pointer that only passes shows nothing
const LEAVING_MS = 200; // time to move from the row into the statement
const SHOWN = 5_000; // characters

interface Peek {
  job: Job;
  link: HTMLElement;
}

/** The whole of a statement while a row is pointed at or focused: gives what rows call, and what is shown. */
export function useStatementPeek() {
  const [peek, setPeek] = useState<Peek | null>(null);
  const timer = useRef<number>();

  function turn(next: Peek | null): void {
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setPeek(next), next ? PATIENCE_MS : LEAVING_MS);
  }

  useEffect(() => {
    const dismiss = (event: KeyboardEvent) => {
      if (event.key === "Escape") setPeek(null);
    };
    const scrolled = () => setPeek(null);
    window.addEventListener("keydown", dismiss);
    window.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      clearTimeout(timer.current);
      window.removeEventListener("keydown", dismiss);
      window.removeEventListener("scroll", scrolled);
    };
  }, []);

  return {
    onPeek: (job: Job | null, link: HTMLElement) => turn(job && isCut(job, link) ? { job, link } : null),
    shown:
      peek && peek.link.isConnected ? (
        <StatementPeek peek={peek} onEnter={() => clearTimeout(timer.current)} onLeave={() => turn(null)} />
      ) : null,
  };
}

interface StatementPeekProps {
  peek: Peek;
  onEnter: () => void;
  onLeave: () => void;
}

function StatementPeek({ peek: { job, link }, onEnter, onLeave }: StatementPeekProps) {
  const at = link.getBoundingClientRect();
  const isAbove = at.top > window.innerHeight * 0.6;
  const left = Math.max(12, Math.min(at.left, window.innerWidth - 340));
  return (
    <div
      class="statement-peek"
      role="tooltip"
      style={{
        left: `${left}px`,
        maxWidth: `${Math.min(900, window.innerWidth - left - 12)}px`,
        ...(isAbove ? { bottom: `${window.innerHeight - at.top + 4}px` } : { top: `${at.bottom + 4}px` }),
      }}
      onMouseEnter={onEnter}
      onMouseLeave={onLeave}
    >
      {job.statement.slice(0, SHOWN)}
      {job.statement.length > SHOWN ? "…" : ""}
    </div>
  );
}

/** What a row shows whole needs no second showing. */
function isCut(job: Job, link: HTMLElement): boolean {
  return /\n/.test(job.statement.trim()) || link.scrollWidth > link.clientWidth;
}
