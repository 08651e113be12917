import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import { plainName } from "../catalog/names";

/** A table that a statement names: its path, for example `["sales", "orders"]`, and its alias. */
export interface Mention {
  path: string[];
  alias: string | null;
}

/** What is being written at a place: the name from `from` on, after the names `parents` and their dots. */
export interface Place {
  from: number;
  typed: string;
  parents: string[];
}

const WORD = "[\\p{L}_][\\p{L}\\p{N}_]*";
const WRITTEN = new RegExp(`((?:(?:\`[^\`]*\`|${WORD})\\s*\\.\\s*)*)(\`[^\`]*|[\\p{L}\\p{N}_]*)$`, "u");
const NAME = new RegExp(`\`[^\`]*\`|${WORD}`, "gu");
const PROSE = new Set(["String", "LineComment", "BlockComment", "Number"]);
const READ_BACK = 1_000; // characters before the cursor in which its name lies

/** Tell which name stands before `pos`; null within strings, comments and numbers. */
export function placeAt(state: EditorState, pos: number): Place | null {
  if (PROSE.has(syntaxTree(state).resolveInner(pos, -1).name)) return null;
  const found = WRITTEN.exec(state.sliceDoc(Math.max(0, pos - READ_BACK), pos));
  const typed = found?.[2] ?? "";
  const parents = (found?.[1] ?? "").match(NAME) ?? [];
  return { from: pos - typed.length, typed, parents: parents.map(plainName) };
}

// What follows these is a table's name.
const BEFORE_TABLES = new Set(["from", "join", "into", "update", "table", "using", "describe", "desc"]);
// These end a list of tables.
const AFTER_TABLES = new Set(
  "select where group having order sort distribute cluster union except on set values limit".split(" "),
);
const NAMES = new Set(["Identifier", "QuotedIdentifier"]);
const LEAVES = new Set([...NAMES, "Keyword", "Type", "Builtin", "Punctuation", ".", "(", ")"]);

/** List the tables that the statement around `pos` names, those of its subqueries too. */
export function mentionsAround(state: EditorState, pos: number): Mention[] {
  const tree = syntaxTree(state);
  const statement = tree.topNode.childBefore(pos) ?? tree.topNode.childAfter(pos);
  if (!statement) return [];
  const reader = new MentionReader();
  tree.iterate({
    from: statement.from,
    to: statement.to,
    enter: (node) => {
      if (LEAVES.has(node.name)) reader.take(node.name, state.sliceDoc(node.from, node.to));
    },
  });
  return reader.found;
}

/** Reads a statement's tokens from left to right. */
class MentionReader {
  readonly found: Mention[] = [];
  private lists: boolean[] = []; // of the brackets around: whether they stand in a list of tables
  private isInList = false;
  private expects: "table" | "part" | "alias" | null = null;

  take(kind: string, text: string): void {
    if (NAMES.has(kind) || (this.expects === "part" && kind !== ".")) this.name(plainName(text));
    else if (kind === ".") this.expects = this.expects === "alias" ? "part" : null;
    else if (kind === "(") this.open();
    else if (kind === ")") this.close();
    else if (kind === "Punctuation") this.expects = text === "," && this.isInList ? "table" : null;
    else this.word(text.toLowerCase());
  }

  private name(name: string): void {
    const last = this.found.at(-1);
    if (this.expects === "table") this.found.push({ path: [name], alias: null });
    else if (this.expects === "part") last?.path.push(name);
    else if (this.expects === "alias" && last) last.alias = name;
    this.expects = this.expects === "table" || this.expects === "part" ? "alias" : null;
  }

  private word(word: string): void {
    if (BEFORE_TABLES.has(word)) {
      this.isInList = word === "from" || word === "join";
      this.expects = "table";
    } else if (AFTER_TABLES.has(word)) {
      this.isInList = false;
      this.expects = null;
    } else if (!(word === "as" && this.expects === "alias") && this.expects !== "table") {
      this.expects = null;
    }
  }

  private open(): void {
    this.lists.push(this.isInList);
    this.isInList = false;
    this.expects = null;
  }

  private close(): void {
    this.isInList = this.lists.pop() ?? false;
    this.expects = null;
  }
}
