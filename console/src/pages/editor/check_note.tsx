import { nextDiagnostic } from "@codemirror/lint";
import type { EditorView } from "@codemirror/view";
import { counted } from "../../ui/format";
import type { CheckState } from "./check";

/** What is known of the text: nothing wrong, problems, or why that cannot be told now. */
export function CheckNote({ state, view }: { state: CheckState; view: EditorView | null }) {
  return (
    <span class="check-note" role="status">
      <Note state={state} view={view} />
    </span>
  );
}

function Note({ state, view }: { state: CheckState; view: EditorView | null }) {
  switch (state.kind) {
    case "empty":
      return null;
    case "checking":
      return <span class="soft">Checking…</span>;
    case "waiting":
      return <span class="soft">Not checked yet: {state.text}</span>;
    case "refused":
      return <span class="bad">Not checked: {state.text}</span>;
    case "checked":
      if (state.problems === 0) return <span class="soft">No problems found</span>;
      return (
        <button
          type="button"
          class="quiet bad"
          onClick={() => view && nextDiagnostic(view)}
          title="Go to the next one (F8)"
        >
          {counted(state.problems, "problem")}
        </button>
      );
  }
}
