import { useState } from "preact/hooks";
import { api } from "../../api/client";
import type { Engine, Job } from "../../api/types";
import { Confirm } from "../../ui/dialog";
import { counted } from "../../ui/format";
import { FailingJobs } from "./failing_jobs";
import { ScaleDialog } from "./scale_dialog";

export interface EngineActionsProps {
  engine: Engine;
  /** The jobs that would fail; null: not known yet, so nothing can be asked. */
  running: readonly Job[] | null;
  /** How many jobs wait in queues. */
  waiting: number;
  /** Called when the engine has taken the order. */
  onDone: () => void;
}

/** Scale, restart and stop, each asked for again with the names of the jobs that fail by it. */
export function EngineActions({ engine, running, waiting, onDone }: EngineActionsProps) {
  const [asked, setAsked] = useState<"scale" | "restart" | "stop" | null>(null);
  if (engine.kind === "remote") {
    return (
      <p class="engines-line">This engine was not started here, so it is not stopped from here either.</p>
    );
  }
  const isStopped = engine.state === "STOPPED";
  return (
    <div class="engine-actions">
      <button type="button" disabled={running === null} onClick={() => setAsked("scale")}>
        Scale…
      </button>
      <button type="button" disabled={running === null} onClick={() => setAsked("restart")}>
        {isStopped ? "Start…" : "Restart…"}
      </button>
      <button
        type="button"
        class="danger"
        disabled={running === null || isStopped}
        onClick={() => setAsked("stop")}
      >
        Stop…
      </button>
      {asked === null || running === null ? null : asked === "scale" ? (
        <ScaleDialog engine={engine} running={running} onDone={onDone} onClose={() => setAsked(null)} />
      ) : (
        <Confirm
          title={titleOf(asked, isStopped)}
          action={actionOf(asked, isStopped)}
          danger={!isStopped}
          onClose={() => setAsked(null)}
          onConfirm={async () => {
            await api<Engine>(`/engine/${asked}`, { method: "POST" });
            onDone();
          }}
        >
          <FailingJobs running={running} />
          <p>{afterwards(asked, waiting)}</p>
        </Confirm>
      )}
    </div>
  );
}

function titleOf(asked: "restart" | "stop", isStopped: boolean): string {
  if (asked === "stop") return "Stop the engine?";
  return isStopped ? "Start the engine?" : "Restart the engine?";
}

function actionOf(asked: "restart" | "stop", isStopped: boolean): string {
  if (asked === "stop") return "Stop it";
  return isStopped ? "Start it" : "Restart it";
}

function afterwards(asked: "restart" | "stop", waiting: number): string {
  if (asked === "restart") return "Jobs that wait run when it is back.";
  if (waiting === 0) return "The next job starts it again.";
  return `${counted(waiting, "job")} that wait${waiting === 1 ? "s" : ""} will start it again at once.`;
}
