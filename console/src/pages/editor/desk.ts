/** What the editor's page does with its text: run, explain, insert. */

import { type Extension, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { type Around, type Statement, after, indexAt, split, withAround } from "./statements";

export type Scope = "here" | "all";

/**
 * Give the statements to run with what each runs in: the selected ones, else the one at the cursor, or all.
 *
 * USE and SET statements before them hold as if they had run. Throws `ApiError`.
 */
export async function chosen(
  view: EditorView,
  scope: Scope,
  first: Around,
): Promise<(readonly [Statement, Around])[]> {
  const text = view.state.doc.toString();
  const { from, to, head, empty } = view.state.selection.main;
  const statements = await split(text);
  if (scope === "all") return withAround(statements, first);
  if (!empty && text.slice(from, to).trim()) {
    const before = statements.filter(({ end }) => end <= from);
    const around = before.reduce((sum, each) => after(each, sum), first);
    return withAround(await split(text.slice(from, to)), around);
  }
  const index = indexAt(statements, text, head);
  return withAround(statements, first).slice(index, index < 0 ? 0 : index + 1);
}

/** Put a statement after what is there, and the cursor before it. */
export function insertStatement(view: EditorView, sql: string): void {
  const length = view.state.doc.length;
  const text = view.state.doc.toString().trimEnd();
  const lastLine = text.slice(text.lastIndexOf("\n") + 1);
  const isEnded = text === "" || text.endsWith(";");
  const end = isEnded ? "" : lastLine.includes("--") ? "\n;" : ";"; // in a comment it would end nothing
  const between = text === "" ? "" : `${end}\n\n`;
  view.dispatch({
    changes: { from: text.length, to: length, insert: between + sql.trim() },
    selection: { anchor: text.length + between.length },
    scrollIntoView: true,
    userEvent: "input.paste",
  });
  view.focus();
}

export interface EditorListener {
  run: (view: EditorView, scope: Scope) => void;
  changed: (text: string) => void;
  selected: (isSome: boolean) => void;
}

/** The keys that run statements, and what tells of changes. */
export function keysAndNews(listener: EditorListener): Extension {
  const runs = (scope: Scope) => (view: EditorView) => {
    listener.run(view, scope);
    return true;
  };
  return [
    Prec.highest(
      keymap.of([
        { key: "Mod-Enter", run: runs("here") },
        { key: "Mod-Shift-Enter", run: runs("all") },
      ]),
    ),
    EditorView.updateListener.of(({ docChanged, selectionSet, state }) => {
      if (docChanged) listener.changed(state.doc.toString());
      if (docChanged || selectionSet) listener.selected(!state.selection.main.empty);
    }),
  ];
}
