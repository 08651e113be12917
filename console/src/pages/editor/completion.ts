import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { ApiError } from "../../api/client";
import type { Database, Table, TableEntry } from "../../api/types";
import { quoteName } from "../catalog/names";
import { type Mention, type Place, mentionsAround, placeAt } from "./scope";

/** Where completion asks for names; each may throw `ApiError`, then there are none. */
export interface NameSource {
  /** The database of names without one, after a text. */
  current: (before: string) => Promise<string>;
  databases: () => Promise<Database[]>;
  tables: (database: string) => Promise<TableEntry[]>;
  table: (database: string, name: string) => Promise<Table>;
}

const BEFORE_TABLE = /\b(?:from|join|into|update|table|describe)\s+$/i;
const FIRST = 50;

/** Complete names of databases, tables and columns; asks only for what the statement names. */
export function nameCompletion(names: NameSource) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const place = placeAt(context.state, context.pos);
    if (!place || !(context.explicit || place.typed || place.parents.length)) return null;
    const before = context.state.sliceDoc(0, place.from);
    const asked = {
      names,
      current: await orElse(names.current(before), ""),
      mentions: mentionsAround(context.state, context.pos),
      wantsTable: BEFORE_TABLE.test(before),
    };
    const options = await (place.parents.length ? membersOf(asked, place.parents) : allNames(asked));
    if (context.aborted) return null;
    return resultOf(context, place, options);
  };
}

/** What names are looked up with. */
interface Asked {
  names: NameSource;
  current: string;
  mentions: readonly Mention[];
  /** Whether only a table's name can follow. */
  wantsTable: boolean;
}

async function allNames(asked: Asked): Promise<Completion[]> {
  const { names, current, mentions, wantsTable } = asked;
  const boost = wantsTable ? FIRST : 1;
  const [databases, tables, ...columns] = await Promise.all([
    orNone(names.databases()),
    orNone(names.tables(current)),
    ...mentions.map((mention) => columnsOf(asked, mention.path)),
  ]);
  const aliases = mentions.flatMap(({ alias }) => alias ?? []);
  return distinct([
    ...aliases.map((label) => ({ label, type: "variable", boost: 3 })),
    ...columns.flat(),
    ...tables.map((table) => tableOption(table, boost)),
    ...databases.map(({ name }) => ({ label: name, type: "namespace", detail: "database", boost })),
  ]);
}

/** Give what follows `a.` or `a.b.`: columns of a table or alias, tables of a database. */
async function membersOf(asked: Asked, parents: readonly string[]): Promise<Completion[]> {
  const { names, mentions } = asked;
  const [first = "", second] = parents;
  if (second !== undefined) return parents.length > 2 ? [] : columnsOf(asked, [first, second]);
  const mention = mentions.find(
    ({ path, alias }) => isSame(alias ?? path.at(-1), first) || isSame(path.at(-1), first),
  );
  const databases = await orNone(names.databases());
  const database = databases.find(({ name }) => isSame(name, first));
  const [columns, tables] = await Promise.all([
    columnsOf(asked, mention?.path ?? [first]),
    database ? orNone(names.tables(database.name)) : [],
  ]);
  return distinct([...columns, ...tables.map((table) => tableOption(table, 1))]);
}

/** Give the columns of a table that is known to exist: a name half written is not asked for. */
async function columnsOf({ names, current }: Asked, path: readonly string[]): Promise<Completion[]> {
  const [database, table] = path.length > 1 ? path.slice(-2) : [current, path[0]];
  if (!database || !table) return [];
  const found = (await orNone(names.tables(database))).find(({ name }) => isSame(name, table));
  if (!found) return [];
  const described = await orElse<Table | null>(names.table(database, found.name), null);
  const columns = described?.columns ?? [];
  return columns.map(({ name, type }) => ({ label: name, type: "property", detail: type, boost: 2 }));
}

function tableOption({ name, kind }: TableEntry, boost: number): Completion {
  return { label: name, type: "class", detail: kind, boost };
}

function resultOf(context: CompletionContext, place: Place, options: Completion[]): CompletionResult {
  const { from, typed } = place;
  if (!typed.startsWith("`")) {
    const quoted = options.map((option) => ({ ...option, apply: quoteName(option.label) }));
    return { from, options: quoted, validFor: /^[\p{L}\p{N}_]*$/u };
  }
  const isClosed = context.state.sliceDoc(context.pos, context.pos + 1) === "`";
  return {
    from,
    to: isClosed ? context.pos + 1 : context.pos,
    options: options.map((option) => ({ ...option, label: `\`${option.label.replaceAll("`", "``")}\`` })),
    validFor: /^`[^`]*`?$/,
  };
}

function distinct(options: readonly Completion[]): Completion[] {
  const seen = new Map<string, Completion>();
  for (const option of options) {
    const key = `${option.type} ${option.label}`;
    if (!seen.has(key)) seen.set(key, option);
  }
  return [...seen.values()];
}

function orNone<T>(asked: Promise<T[]>): Promise<T[]> {
  return orElse(asked, []);
}

async function orElse<T>(asked: Promise<T>, other: T): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiError) return other; // the engine is starting, or there is no such thing
    throw error;
  }
}

/** Spark's names do not tell upper from lower case. */
function isSame(one: string | undefined, other: string): boolean {
  return one !== undefined && one.toLowerCase() === other.toLowerCase();
}
