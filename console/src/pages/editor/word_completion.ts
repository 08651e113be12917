import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  snippetCompletion,
} from "@codemirror/autocomplete";
import { FUNCTIONS, KEYWORDS, TYPES } from "../../ui/sql_words";
import { placeAt } from "./scope";

const functions = FUNCTIONS.split(" ").map((name) =>
  snippetCompletion(`${name}(\${})`, { label: name, type: "function", detail: "()" }),
);
const lower = optionsFor((word) => word);
const upper = optionsFor((word) => word.toUpperCase());

/** Complete keywords, types and functions; keywords in lower case for who writes them so. */
export function wordCompletion(context: CompletionContext): CompletionResult | null {
  const place = placeAt(context.state, context.pos);
  if (!place || place.parents.length || place.typed.startsWith("`")) return null;
  if (!place.typed && !context.explicit) return null;
  const options = /^[a-z]/.test(place.typed) ? lower : upper;
  return { from: place.from, options, validFor: /^\w*$/ };
}

function optionsFor(written: (word: string) => string): Completion[] {
  return [
    ...KEYWORDS.split(" ").map((word) => ({ label: written(word), type: "keyword" })),
    ...TYPES.split(" ").map((word) => ({ label: written(word), type: "type" })),
    ...functions,
  ];
}
