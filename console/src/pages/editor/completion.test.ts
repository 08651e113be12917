import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { ApiError } from "../../api/errors";
import type { Table } from "../../api/types";
import { sparkDialect } from "../../ui/sql_language";
import { nameCompletion, type NameSource } from "./completion";
import { wordCompletion } from "./word_completion";

const COLUMNS: Record<string, string[]> = {
  "tpch.nation": ["n_name", "n key"],
  "tpch.region": ["r_name"],
  "other.t": ["x"],
};

class Names implements NameSource {
  asked: string[] = [];
  current = () => Promise.resolve("tpch");

  databases() {
    return Promise.resolve(["tpch", "other"].map((name) => ({ name, description: null, location: null })));
  }

  tables(database: string) {
    const names = Object.keys(COLUMNS).filter((each) => each.startsWith(`${database}.`));
    const tables = names.map((each) => ({ name: each.split(".")[1]!, kind: "table" as const }));
    return Promise.resolve(tables.map((each) => ({ ...each, is_temporary: false, description: null })));
  }

  table(database: string, name: string) {
    this.asked.push(`${database}.${name}`);
    const columns = COLUMNS[`${database}.${name}`]!.map((each) => ({ name: each, type: "string" }));
    return Promise.resolve({ name, database, columns } as unknown as Table);
  }
}

async function completed(text: string, names: NameSource = new Names()) {
  const state = EditorState.create({ doc: text.replace("|", ""), extensions: sparkDialect.extension });
  const context = new CompletionContext(state, text.indexOf("|"), false);
  const result = await nameCompletion(names)(context);
  return result?.options.map(({ label }) => label) ?? [];
}

describe("names", () => {
  it("are columns of the statement's tables, tables of the database, and databases", async () => {
    const found = await completed("SELECT n| FROM nation n");
    expect(found).toEqual(["n", "n_name", "n key", "nation", "region", "tpch", "other"]);
  });

  it("of tables come first where only a table can follow", async () => {
    const state = EditorState.create({ doc: "SELECT * FROM na", extensions: sparkDialect.extension });
    const result = await nameCompletion(new Names())(new CompletionContext(state, 16, false));
    expect(result?.options.find(({ label }) => label === "nation")?.boost).toBeGreaterThan(10);
  });

  it("after an alias are its table's columns, whatever the case", async () => {
    expect(await completed("SELECT N.| FROM Nation n JOIN region r")).toEqual(["n_name", "n key"]);
    expect(await completed("SELECT r.| FROM nation n JOIN region r")).toEqual(["r_name"]);
  });

  it("after a database are its tables, and after those their columns", async () => {
    expect(await completed("SELECT * FROM other.|")).toEqual(["t"]);
    expect(await completed("SELECT other.t.| FROM other.t")).toEqual(["x"]);
  });

  it("are asked for only of tables that there are", async () => {
    const names = new Names();
    await completed("SELECT a| FROM natio", names);
    expect(names.asked).toEqual([]);
  });

  it("are none while the engine cannot tell them", async () => {
    const names = new Names();
    const refuse = () => Promise.reject(new ApiError(503, "EngineUnavailable", "starting"));
    names.databases = refuse;
    names.tables = refuse;
    expect(await completed("SELECT n| FROM nation n", names)).toEqual(["n"]);
  });

  it("that are not plain are quoted when they are taken", async () => {
    const state = EditorState.create({ doc: "SELECT nation.", extensions: sparkDialect.extension });
    const result = await nameCompletion(new Names())(new CompletionContext(state, 14, false));
    expect(result?.options.map(({ apply }) => apply)).toEqual(["n_name", "`n key`"]);
  });
});

describe("words", () => {
  function words(text: string) {
    const state = EditorState.create({ doc: text, extensions: sparkDialect.extension });
    const result = wordCompletion(new CompletionContext(state, text.length, false));
    return result?.options.map(({ label }) => label);
  }

  it("are keywords in the writer's case, and functions", () => {
    expect(words("sel")).toEqual(expect.arrayContaining(["select", "date_trunc"]));
    expect(words("SEL")).toEqual(expect.arrayContaining(["SELECT", "date_trunc"]));
  });

  it("do not follow a dot, and are not offered out of nothing", () => {
    expect(words("SELECT t.se")).toEqual([]);
    expect(words("SELECT ")).toBeUndefined();
  });
});
