import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { sparkDialect } from "../../ui/sql_language";
import { mentionsAround, placeAt } from "./scope";

/** A state with the cursor at the `|` of the text. */
function written(text: string): { state: EditorState; pos: number } {
  const pos = text.indexOf("|");
  const state = EditorState.create({ doc: text.replace("|", ""), extensions: sparkDialect.extension });
  return { state, pos };
}

function place(text: string) {
  const { state, pos } = written(text);
  return placeAt(state, pos);
}

function mentions(text: string) {
  const { state, pos } = written(text);
  return mentionsAround(state, pos).map(({ path, alias }) => path.join(".") + (alias ? ` ${alias}` : ""));
}

describe("the name at the cursor", () => {
  it("is the word before it", () => {
    expect(place("SELECT na| FROM t")).toEqual({ from: 7, typed: "na", parents: [] });
  });

  it("knows the names before its dots, quoted ones too", () => {
    const found = place("SELECT `my db`.orders . o|");
    expect(found).toEqual({ from: 24, typed: "o", parents: ["my db", "orders"] });
    expect(place("SELECT o.|")).toEqual({ from: 9, typed: "", parents: ["o"] });
    expect(place("SELECT o.`a b|")).toEqual({ from: 9, typed: "`a b", parents: ["o"] });
  });

  it("is not there within strings, comments and numbers", () => {
    for (const text of ["SELECT 'a|b'", 'SELECT "a|b"', "-- na|me", "/* na|me */", "SELECT 12|"]) {
      expect(place(text)).toBeNull();
    }
  });
});

describe("the tables of a statement", () => {
  it("are those after FROM and JOIN, with their aliases", () => {
    const sql = "SELECT | FROM tpch.nation AS n, region r JOIN `a b` ON n.x = r.x WHERE n.y = 1";
    expect(mentions(sql)).toEqual(["tpch.nation n", "region r", "a b"]);
  });

  it("are found in subqueries too, and lists go on after them", () => {
    const sql = "SELECT | FROM (SELECT a, b FROM inner_one i WHERE c IN (SELECT d FROM deep)) x, other";
    expect(mentions(sql)).toEqual(["inner_one i", "deep", "other"]);
  });

  it("are those that are written to", () => {
    expect(mentions("INSERT INTO s.t SELECT | FROM u")).toEqual(["s.t", "u"]);
    expect(mentions("MERGE INTO t USING s ON t.a = s.|")).toEqual(["t", "s"]);
    expect(mentions("UPDATE t SET |")).toEqual(["t"]);
    expect(mentions("DESCRIBE TABLE t|")).toEqual(["t"]);
  });

  it("are not functions and columns", () => {
    expect(mentions("SELECT extract(day FROM at), | FROM range(10) WHERE a = b")).not.toContain("range");
    expect(mentions("SELECT a, b | FROM t GROUP BY c, d")).toEqual(["t"]);
  });

  it("are those of the cursor's statement", () => {
    expect(mentions("SELECT 1 FROM a; SELECT | FROM b; SELECT 2 FROM c")).toEqual(["b"]);
  });
});
