import { useState } from "preact/hooks";
import { api } from "../../api/client";
import type { Engine, EngineSize, Job } from "../../api/types";
import { Confirm } from "../../ui/dialog";
import { FailingJobs } from "./failing_jobs";
import { type SizeText, sizeOf, textOf } from "./size_text";

export interface ScaleDialogProps {
  engine: Engine;
  running: readonly Job[];
  /** Called when the engine has taken the order. */
  onDone: () => void;
  onClose: () => void;
}

/** Ask for another size of the engine; what is left empty is as the settings say. */
export function ScaleDialog({ engine, running, onDone, onClose }: ScaleDialogProps) {
  const [text, setText] = useState<SizeText>(textOf(engine.size));
  const onCluster = engine.kind === "cluster";
  const isStopped = engine.state === "STOPPED";
  return (
    <Confirm
      title="Scale the engine?"
      action={isStopped ? "Start it so" : "Restart it so"}
      danger={!isStopped}
      onClose={onClose}
      onConfirm={async () => {
        const body: EngineSize = sizeOf(text);
        await api<Engine>("/engine/scale", { method: "POST", body });
        onDone();
      }}
    >
      <div class="scale-fields">
        <CountField
          label={onCluster ? "Cores of each executor" : "Cores"}
          most={1024}
          text={text.cores}
          onText={(cores) => setText({ ...text, cores })}
        />
        <label>
          {onCluster ? "Memory of each executor" : "Memory"}
          <input
            pattern="\s*\d+\s*[mMgG][bB]?\s*"
            title="For example 4g or 512m"
            placeholder="as set"
            value={text.memory}
            onInput={({ currentTarget: { value } }) => setText({ ...text, memory: value })}
          />
        </label>
        {onCluster ? (
          <CountField
            label="Executors at most"
            most={10_000}
            text={text.executors}
            onText={(executors) => setText({ ...text, executors })}
          />
        ) : null}
      </div>
      <p>What is left empty is as the settings say. The size is kept for later starts.</p>
      <FailingJobs running={running} />
    </Confirm>
  );
}

interface CountFieldProps {
  label: string;
  most: number;
  text: string;
  onText: (text: string) => void;
}

function CountField({ label, most, text, onText }: CountFieldProps) {
  return (
    <label>
      {label}
      <input
        data-focus // the dialog takes the first
        type="number"
        min={1}
        max={most}
        placeholder="as set"
        value={text}
        onInput={({ currentTarget: { value } }) => onText(value)}
      />
    </label>
  );
}
