import { type Extension, type Range, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";
import { type Statement, indexAt } from "./statements";

/** Tells the editor the statements of its text. */
export const statementsFound = StateEffect.define<readonly Statement[]>();

const lineMark = Decoration.line({ class: "current-statement" });

const field = StateField.define<readonly Statement[]>({
  create: () => [],
  update(statements, transaction) {
    for (const effect of transaction.effects) if (effect.is(statementsFound)) return effect.value;
    if (!transaction.docChanged) return statements;
    return statements.map((each) => ({
      ...each,
      start: transaction.changes.mapPos(each.start, -1),
      end: transaction.changes.mapPos(each.end, 1),
    }));
  },
});

const marks = EditorView.decorations.compute(["doc", "selection", field], (state) => {
  const statements = state.field(field);
  const current = statements[indexAt(statements, state.doc.toString(), state.selection.main.head)];
  if (!current || statements.length < 2 || !state.selection.main.empty) return Decoration.none;
  const found: Range<Decoration>[] = [];
  for (let at = state.doc.lineAt(current.start); ; at = state.doc.line(at.number + 1)) {
    found.push(lineMark.range(at.from));
    if (at.to >= current.end || at.number === state.doc.lines) break;
  }
  return Decoration.set(found);
});

/** Marks the lines of the statement that the cursor means, when there are several. */
export function currentStatement(): Extension {
  return [field, marks];
}
