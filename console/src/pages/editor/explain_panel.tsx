import { api } from "../../api/client";
import { Empty } from "../../ui/empty";
import { Answer } from "../catalog/answer";
import { useEngineAnswer } from "../catalog/engine_answer";
import type { Around, Statement } from "./statements";

export interface Explained {
  /** Which press of the button it was: each asks anew. */
  id: number;
  statement: Statement;
  around: Around;
}

/** The plan that Spark would follow, without running anything. */
export function ExplainPanel({ wanted }: { wanted: Explained | null }) {
  const asked = useEngineAnswer(wanted ? `explain ${wanted.id}` : "", () => ask(wanted));
  if (!wanted) {
    return (
      <Empty title="No plan was asked for">
        <p>Explain shows how Spark would run the statement at the cursor. It runs nothing.</p>
      </Empty>
    );
  }
  return (
    <Answer asked={asked} what="Asking Spark for its plan…">
      {({ text }) => (
        <pre class="explain" role="region" tabIndex={0} aria-label="Plan">
          {text}
        </pre>
      )}
    </Answer>
  );
}

async function ask(wanted: Explained | null): Promise<{ text: string }> {
  const body = { sql: wanted?.statement.text, current_db: wanted?.around.database };
  return api("/explain", { method: "POST", body });
}
