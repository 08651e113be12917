import {
  type CompletionSource,
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { bracketMatching, indentService, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import { useEffect, useRef } from "preact/hooks";
import { typingOver } from "./sql_editor_input";
import { sparkDialect, sparkHighlighter } from "./sql_language";
import "./sql_editor.css";
import "./sql_view.css";

export interface SqlEditorProps {
  /** The text at first; later it is the view's. */
  initial: string;
  label: string;
  hint?: string;
  completions?: readonly CompletionSource[];
  /** What else the editor does; read once, as it is opened. */
  extensions?: Extension;
  /** Gets the view when it is open, null when it is closed. */
  onView: (view: EditorView | null) => void;
}

/** An editor for Spark SQL. Tab accepts a completion or indents; after Escape it leaves the editor. */
export function SqlEditor(props: SqlEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current) return undefined;
    const state = EditorState.create({ doc: props.initial, extensions: [extensionsOf(props)] });
    const view = new EditorView({ state, parent: place.current });
    props.onView(view);
    return () => {
      props.onView(null);
      view.destroy();
    };
  }, []);
  return <div class="sql-editor" ref={place} />;
}

function extensionsOf({ label, hint = "", completions = [], extensions = [] }: SqlEditorProps): Extension {
  return [
    EditorView.cspNonce.of(nonce()),
    EditorView.contentAttributes.of({
      "aria-label": label,
      "aria-description": "Escape and then Tab leaves the editor",
    }),
    extensions,
    lineNumbers(),
    lintGutter(),
    highlightSpecialChars(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    drawSelection(),
    history(),
    bracketMatching(),
    closeBrackets(),
    typingOver(),
    placeholder(hint),
    sparkDialect.extension,
    indentService.of(() => null), // a new line begins where the one before it does
    syntaxHighlighting(sparkHighlighter),
    autocompletion({ override: [...completions], icons: false, maxRenderedOptions: 60 }),
    keymap.of([
      { key: "Tab", run: acceptCompletion },
      { key: "Tab", run: indent, shift: indentLess },
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...completionKeymap,
      ...lintKeymap,
    ]),
  ];
}

/** Indent the selected lines, or go on two columns to the right. */
function indent(view: EditorView): boolean {
  const { state } = view;
  if (state.selection.ranges.some(({ empty }) => !empty)) return indentMore(view);
  view.dispatch(state.update(state.replaceSelection(state.facet(indentUnit)), { userEvent: "input" }));
  return true;
}

/** The word by which the page lets an editor's own styles in. */
function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
}
