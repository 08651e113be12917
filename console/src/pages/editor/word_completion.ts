import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  snippetCompletion,
} from "@codemirror/autocomplete";
import { functionNames } from "../../ui/sql_language";
import { KEYWORDS, TYPES } from "../../ui/sql_words";
import { placeAt } from "./scope";

const functions = functionNames.map((name) =>
  snippetCompletion(`${name}(\${})`, { label: name, type: "function", detail: "()" }),
);
const lower = optionsFor((word) => word);
const upper = optionsFor((word) => word.toUpperCase());

/** Complete keywords, types and functions; keywords in lower case for who writes them so. */
export function wordCompletion(context: CompletionContext): CompletionResult | null {
  const place = placeAt(context.state, context.pos);
  if (!place || place.typed.startsWith("`")) return null;
  if (!place.typed && !place.parents.length && !context.explicit) return null;
  // None after a dot: said as an answer, lest it is asked for again while a column is written.
  const options = place.parents.length ? [] : /^[a-z]/.test(place.typed) ? lower : upper;
  return { from: place.from, options, validFor: /^\w*$/ };
}

function optionsFor(written: (word: string) => string): Completion[] {
  return [
    ...KEYWORDS.split(" ").map((word) => ({ label: written(word), type: "keyword" })),
    ...TYPES.split(" ").map((word) => ({ label: written(word), type: "type" })),
    ...functions,
  ];
}
