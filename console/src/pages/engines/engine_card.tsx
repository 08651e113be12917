import { Fragment } from "preact";
import { sparkBase } from "../../api/spark";
import type { Engine } from "../../api/types";
import { exactly, when } from "../../ui/format";
import { sizeWords } from "./size_text";

const WORDS = { STOPPED: "Stopped", STARTING: "Starting", READY: "Ready", FAILED: "Failed" } as const;
const TONES = { STOPPED: "cancelled", STARTING: "waiting", READY: "finished", FAILED: "failed" } as const;
const KINDS: Record<string, string> = {
  local: "on this machine",
  cluster: "on a cluster",
  remote: "somebody else's",
};

/** What the engine is and what it is at. */
export function EngineCard({ engine }: { engine: Engine }) {
  const pages = sparkBase(engine);
  return (
    <>
      <p class="engine-state" role="status">
        <strong class={`engine-word tone-${TONES[engine.state]}`}>{WORDS[engine.state]}</strong>
        <span>{sentence(engine)}</span>
      </p>
      <dl class="engine-facts">
        <Fact
          name="Where"
          value={[KINDS[engine.kind] ?? engine.kind, engine.master].filter(Boolean).join(", ")}
        />
        <Fact name="Size" value={sizeWords(engine.size)} />
        <Fact name="Spark" value={engine.spark_version} />
        <Fact name="Application" value={engine.app_id} />
        {engine.started_at === null ? null : (
          <Fact name="Since" value={when(engine.started_at)} title={exactly(engine.started_at)} />
        )}
        <Fact name="Process" value={engine.pid === null ? null : String(engine.pid)} />
        <Fact name="Spark Connect" value={engine.connect_url} />
        {pages === null ? null : (
          <div>
            <dt>Spark's pages</dt>
            <dd>
              {["jobs", "SQL", "environment"].map((page, at) => (
                <Fragment key={page}>
                  {at === 0 ? null : ", "}
                  <a href={`${pages}/${page}/`} target="_blank" rel="noreferrer">
                    {page}
                  </a>
                </Fragment>
              ))}
            </dd>
          </div>
        )}
      </dl>
    </>
  );
}

function Fact({ name, value, title }: { name: string; value: string | null; title?: string }) {
  if (!value) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd title={title}>{value}</dd>
    </div>
  );
}

function sentence(engine: Engine): string {
  if (engine.text) return engine.text;
  switch (engine.state) {
    case "STOPPED":
      return "The next job starts it.";
    case "STARTING":
      return "It will take jobs soon.";
    case "READY":
      return "It takes jobs.";
    case "FAILED":
      return "The log may say why.";
  }
}
