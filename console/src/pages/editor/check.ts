import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { type EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { Signal } from "@preact/signals";
import { ApiError, api, isAborted, project } from "../../api/client";
import type { Check, StatementError } from "../../api/types";
import { errorRange } from "../../ui/sql_place";
import { retrySeconds } from "../catalog/engine_answer";
import { statementsFound } from "./current_statement";
import { type Around, type Statement, split, withAround } from "./statements";

/** What is known of the text as it stands. */
export type CheckState =
  | { kind: "empty" | "checking" }
  | { kind: "checked"; statements: number; problems: number }
  | { kind: "waiting"; text: string }
  | { kind: "refused"; text: string };

const IDLE_MS = 350;
const KEPT_MOST = 500;
const CHECKED_MOST = 100; // statements of one text

/** Checks a text as it is written and marks its errors; an answer to an older text is never shown. */
class Checker implements PluginValue {
  #known = new Map<string, Check>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = new AbortController();

  constructor(
    private readonly view: EditorView,
    private readonly around: () => Around,
    private readonly state: Signal<CheckState>,
  ) {
    this.#schedule(0);
  }

  update({ docChanged }: ViewUpdate): void {
    if (docChanged) this.#schedule(IDLE_MS);
  }

  /** The database or what is in it has changed. */
  restart(): void {
    this.#known.clear();
    this.#schedule(0);
  }

  destroy(): void {
    this.#asking.abort();
    clearTimeout(this.#timer);
  }

  #schedule(delay: number): void {
    this.destroy();
    this.#timer = setTimeout(() => void this.#run(), delay);
  }

  async #run(): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const text = this.view.state.doc.toString();
      const statements = await split(text, asking.signal);
      if (asking.signal.aborted) return;
      this.view.dispatch({ effects: statementsFound.of(statements) });
      await this.#check(statements, asking.signal);
    } catch (error) {
      if (asking.signal.aborted || isAborted(error)) return;
      if (!(error instanceof ApiError)) throw error;
      this.#explain(error);
    }
  }

  async #check(statements: readonly Statement[], asked: AbortSignal): Promise<void> {
    if (statements.length) this.state.value = { kind: "checking" };
    const found: Diagnostic[] = [];
    let changesCatalog = false;
    for (const [statement, around] of withAround(statements.slice(0, CHECKED_MOST), this.around())) {
      const { error } = await this.#ask(statement.text, around.database, asked);
      if (asked.aborted) return;
      if (error) found.push(diagnosticOf(statement, error, changesCatalog));
      changesCatalog ||= statement.job_type === "DDL" && !statement.uses;
    }
    this.view.dispatch(setDiagnostics(this.view.state, found));
    const problems = found.filter(({ severity }) => severity === "error").length;
    this.state.value = statements.length
      ? { kind: "checked", statements: statements.length, problems }
      : { kind: "empty" };
  }

  async #ask(sql: string, database: string, signal: AbortSignal): Promise<Check> {
    const key = `${project.peek()} ${database} ${sql}`;
    const known = this.#known.get(key);
    if (known) return known;
    const check = await api<Check>("/check", { method: "POST", body: { sql, current_db: database }, signal });
    this.#known.set(key, check);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KEPT_MOST && oldest !== undefined) this.#known.delete(oldest);
    return check;
  }

  #explain(error: ApiError): void {
    const seconds = retrySeconds(error);
    this.state.value = { kind: seconds === null ? "refused" : "waiting", text: error.message };
    if (seconds !== null) this.#timer = setTimeout(() => void this.#run(), seconds * 1_000);
  }
}

/** Check as the reader writes; `state` tells what is known. Gives the extension, and what checks all anew. */
export function checking(around: () => Around, state: Signal<CheckState>) {
  const plugin = ViewPlugin.define((view) => new Checker(view, around, state));
  return { extension: plugin.extension, restart: (view: EditorView) => view.plugin(plugin)?.restart() };
}

function diagnosticOf(statement: Statement, error: StatementError, changesCatalog: boolean): Diagnostic {
  const { from, to } = errorRange(statement.text, error);
  const place = { from: statement.start + from, to: statement.start + to };
  const message = error.message.split("\n== SQL")[0]?.trimEnd() ?? ""; // the place is marked already
  if (error.kind === "unsupported" && error.error_class === null) {
    return { ...place, severity: "hint", message }; // a script: Spark checks it when it runs
  }
  if (changesCatalog && error.kind === "missing object") {
    return { ...place, severity: "info", message: `${message}\nA statement before this one may make it.` };
  }
  return { ...place, severity: "error", message };
}
