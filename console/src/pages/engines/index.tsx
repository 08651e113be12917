import { useEffect, useState } from "preact/hooks";
import type { Engine, EngineLog, EngineUsage, Queues } from "../../api/types";
import { Failure } from "../../ui/failure";
import { Loading } from "../../ui/loading";
import { EngineActions } from "./engine_actions";
import { EngineCard } from "./engine_card";
import { LogTail } from "./log_tail";
import { QueueTable } from "./queue_table";
import { useRepeated } from "./repeated";
import { useRunningJobs } from "./running_jobs";
import { RunningList } from "./running_list";
import { UsageChart } from "./usage_chart";
import "./engines.css";

const STARTING_MS = 1_000; // how often an engine that starts is looked at
const CALM_MS = 5_000;
const USAGE_MS = 5_000;

/** Queues, the engine, what it works on, how busy it is and what it logs. */
export default function EnginesPage() {
  const [isStarting, setStarting] = useState(false);
  const pace = isStarting ? STARTING_MS : CALM_MS;
  const engine = useRepeated<Engine>("/engine", pace);
  const queues = useRepeated<Queues>("/queues", CALM_MS);
  const usage = useRepeated<EngineUsage>("/engine/usage", USAGE_MS);
  const log = useRepeated<EngineLog>("/engine/log?lines=200", pace);
  const running = useRunningJobs(() => {
    queues.hurry();
    engine.hurry();
  });

  const state = engine.value?.state;
  useEffect(() => setStarting(state === "STARTING"), [state]);
  const waiting = queues.value?.queues.reduce((sum, queue) => sum + queue.waiting, 0) ?? 0;

  return (
    <div class="engines">
      <h1 class="visually-hidden">Queues and engines</h1>
      <section class="panel engine-panel" aria-labelledby="engine-title">
        <header>
          <h2 id="engine-title">Engine</h2>
          {engine.value ? (
            <EngineActions
              engine={engine.value}
              running={running.jobs}
              waiting={waiting}
              onDone={() => {
                engine.hurry();
                log.hurry();
              }}
            />
          ) : null}
        </header>
        {engine.value ? <EngineCard engine={engine.value} /> : null}
        {engine.failure === null ? null : <Failure error={engine.failure} retry={engine.hurry} />}
        {engine.value === null && engine.failure === null ? <Loading /> : null}
      </section>
      <section class="panel" aria-labelledby="queues-title">
        <header>
          <h2 id="queues-title">Queues</h2>
        </header>
        <QueueTable queues={queues} />
      </section>
      <section class="panel" aria-labelledby="running-title">
        <header>
          <h2 id="running-title">Running</h2>
        </header>
        <RunningList {...running} />
      </section>
      <section class="panel" aria-labelledby="usage-title">
        <header>
          <h2 id="usage-title">Cores</h2>
        </header>
        <UsageChart usage={usage} />
      </section>
      <section class="panel log-panel" aria-labelledby="log-title">
        <header>
          <h2 id="log-title">Log</h2>
        </header>
        <LogTail log={log} />
      </section>
    </div>
  );
}
