import { type EditorView } from "@codemirror/view";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { changeQuery, query } from "../../address";
import { ApiError } from "../../api/client";
import { Failure } from "../../ui/failure";
import { SqlEditor } from "../../ui/sql_editor";
import { catalogVersion, databases, table, tables } from "../catalog/catalog";
import { type CheckState, checking } from "./check";
import { CheckNote } from "./check_note";
import { nameCompletion } from "./completion";
import { currentStatement } from "./current_statement";
import { type Scope, chosen, insertStatement, keysAndNews } from "./desk";
import { type Draft, loadDraft, saveDraft } from "./draft";
import { ExplainPanel, type Explained } from "./explain_panel";
import { HistoryPanel } from "./history_panel";
import { PlaceChoice } from "./place_choice";
import { RunPanel } from "./run_panel";
import { start } from "./runs";
import { databaseAfter } from "./statements";
import { type Tab, Tabs } from "./tabs";
import { TemplatePanel } from "./template_panel";
import { wordCompletion } from "./word_completion";
import "./editor.css";

type PanelName = "runs" | "explain" | "history" | "templates";

const PANELS: readonly Tab<PanelName>[] = [
  { name: "runs", label: "Runs" },
  { name: "explain", label: "Explain" },
  { name: "history", label: "History" },
  { name: "templates", label: "Templates" },
];

/** Writes statements, checks and completes them, runs them, and shows what comes of it. */
export default function EditorPage() {
  const draft = useSignal<Draft>(useMemo(loadDraft, []));
  const isSelecting = useSignal(false);
  const check = useSignal<CheckState>({ kind: "empty" });
  const [view, setView] = useState<EditorView | null>(null);
  const [panel, setPanel] = useState<PanelName>("runs");
  const [explained, setExplained] = useState<Explained | null>(null);
  const [failure, setFailure] = useState<unknown>(null);

  // Made once: they read what is new from signals.
  const tools = useMemo(() => {
    const first = () => ({ database: draft.peek().database, conf: {} });
    const checker = checking(first, check);
    const current = (before: string) => databaseAfter(before, draft.peek().database);

    async function act(editor: EditorView, scope: Scope, does: Acts): Promise<void> {
      try {
        const found = await chosen(editor, scope, first());
        setFailure(null);
        if (found.length) does(found);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        setFailure(error);
      }
    }

    function run(editor: EditorView, scope: Scope): void {
      void act(editor, scope, (found) => {
        start(found, draft.peek().queue);
        setPanel("runs");
      });
    }

    function explain(editor: EditorView): void {
      void act(editor, "here", ([pair]) => {
        if (pair) setExplained({ id: Date.now(), statement: pair[0], around: pair[1] });
        setPanel("explain");
      });
    }

    function change(changes: Partial<Draft>): void {
      draft.value = { ...draft.peek(), ...changes };
      saveDraft(draft.peek());
    }

    const news = {
      run,
      changed: (sql: string) => change({ sql }),
      selected: (isSome: boolean) => (isSelecting.value = isSome),
    };
    return {
      run,
      explain,
      change,
      recheck: checker.restart,
      completions: [nameCompletion({ current, databases, tables, table }), wordCompletion],
      extensions: [keysAndNews(news), currentStatement(), checker.extension],
    };
  }, []);

  const { database, queue } = draft.value;
  useEffect(() => {
    if (view) tools.recheck(view);
  }, [view, database, catalogVersion.value]);

  const given = { sql: query().get("sql"), database: query().get("database") };
  useEffect(() => {
    if (!view || given.sql === null) return;
    if (given.database) tools.change({ database: given.database });
    insertStatement(view, given.sql);
    changeQuery({ sql: null, database: null });
  }, [view, given.sql]);

  const insert = (sql: string): void => {
    if (view) insertStatement(view, sql);
  };
  const isEmpty = !draft.value.sql.trim();
  return (
    <div class="editor-page">
      <h1 class="visually-hidden">Editor</h1>
      <div class="editor-tools" role="group" aria-label="Editor">
        <button
          type="button"
          class="primary"
          disabled={isEmpty}
          title="The statement at the cursor, or what is selected (Ctrl Enter)"
          onClick={() => view && tools.run(view, "here")}
        >
          {isSelecting.value ? "Run selection" : "Run"}
        </button>
        <button
          type="button"
          disabled={isEmpty}
          title="Every statement in order, each a job of its own (Ctrl Shift Enter)"
          onClick={() => view && tools.run(view, "all")}
        >
          Run all
        </button>
        <button type="button" disabled={isEmpty} onClick={() => view && tools.explain(view)}>
          Explain
        </button>
        <PlaceChoice database={database} queue={queue} onChange={tools.change} />
        <CheckNote state={check.value} view={view} />
      </div>
      {failure === null ? null : <Failure error={failure} />}
      <SqlEditor
        initial={draft.peek().sql}
        label="SQL"
        hint="SELECT …"
        completions={tools.completions}
        extensions={tools.extensions}
        onView={setView}
      />
      <Tabs label="About the statements" tabs={PANELS} current={panel} onChoose={setPanel}>
        {panel === "runs" ? <RunPanel /> : null}
        {panel === "explain" ? <ExplainPanel wanted={explained} /> : null}
        {panel === "history" ? <HistoryPanel onInsert={insert} /> : null}
        {panel === "templates" ? (
          <TemplatePanel
            onInsert={insert}
            current={() => ({ sql: draft.peek().sql, current_db: draft.peek().database })}
          />
        ) : null}
      </Tabs>
    </div>
  );
}

type Acts = (found: Awaited<ReturnType<typeof chosen>>) => void;
