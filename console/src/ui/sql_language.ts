/** Spark SQL for the editor and for statements that are read. */

import { SQLDialect } from "@codemirror/lang-sql";
import { tagHighlighter, tags } from "@lezer/highlight";
import { FUNCTIONS, KEYWORDS, TYPES } from "./sql_words";

const taken = new Set(`${KEYWORDS} ${TYPES}`.split(" "));

/** Functions whose names are no keywords or types as well. */
export const functionNames: readonly string[] = FUNCTIONS.split(" ").filter((name) => !taken.has(name));

/** The dialect. */
export const sparkDialect = SQLDialect.define({
  keywords: KEYWORDS,
  types: TYPES,
  builtin: functionNames.join(" "),
  backslashEscapes: true,
  doubleQuotedStrings: true,
  doubleDollarQuotedStrings: true,
  caseInsensitiveIdentifiers: true,
  identifierQuotes: "`",
  operatorChars: "*+-%<>!=&|^/~",
  specialVar: "",
});

/** Gives the parts of SQL the classes that sql_view.css colours. */
export const sparkHighlighter = tagHighlighter([
  { tag: tags.keyword, class: "tok-keyword" },
  { tag: tags.typeName, class: "tok-typeName" },
  { tag: tags.standard(tags.name), class: "tok-function" },
  { tag: tags.string, class: "tok-string" },
  { tag: tags.special(tags.string), class: "tok-quoted" },
  { tag: [tags.number, tags.bool, tags.null], class: "tok-number" },
  { tag: [tags.lineComment, tags.blockComment], class: "tok-comment" },
]);
