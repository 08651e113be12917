"""Splitting a text into statements, with Spark 4.3's lexical rules (each was tried on Spark)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.jobs.splitter import split_statements


def texts(sql: str) -> list[str]:
    return [statement.text for statement in split_statements(sql)]


@pytest.mark.parametrize(
    "one",
    [
        "select ';'",
        'select ";"',
        "select `a;b` from t",
        "select 'it''s; fine'",
        r"select 'a\';b', 2",
        r"select 'a\\', ';'",
        'select "d;""q"',
        "select `a``;b` from t",
        r"select r'a\' || 'b;'",
        r'select R"a\" || ";"',
        r"select bar'\';'",  # the r belongs to a word: not a raw string
        "select 1 -- one; two\n, 2",
        "select /* ; */ 1",
        "select /* a /* ; */ ; */ 1",
        "select /* a /*+ ; */ 1",  # a hint's opening does not nest
        "select /*+ broadcast(t) */ * from t",
        "create function f() returns int language python as $$ a = 1; return a $$",
        "create function f() as $x$ $$; $x$",
        "select 1 /* never closed ;",
        "select 'never closed ;",
        "select 4 / 2 * 1 - -1",
        "select '\\",
    ],
)
def test_one_statement_stays_one(one: str) -> None:
    assert texts(one) == [one]
    if "never" not in one and not one.endswith("\\"):
        assert texts(f"select 0; {one} ;\n\nselect 2;") == ["select 0", one, "select 2"]


@pytest.mark.parametrize(
    "script",
    [
        "BEGIN SELECT 1; SELECT 2; END",
        "begin end",
        "BEGIN NOT ATOMIC SELECT 1; END",
        "/* why */ BEGIN SELECT 1; END",
        "BEGIN BEGIN END; SELECT 1; END",
        "BEGIN lbl: BEGIN SELECT 1; END lbl; SELECT 2; END",
        "BEGIN SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
        "BEGIN CASE WHEN x = 1 THEN SELECT CASE WHEN true THEN 7 END AS `end`; END CASE; SELECT 2; END",
        "BEGIN CASE x WHEN 1 THEN IF y THEN SELECT 1; END IF; ELSE SELECT 2; END CASE; SELECT 3; END",
        "BEGIN IF 1 = 1 THEN SELECT 5; ELSEIF false THEN SELECT 6; END IF; SELECT if(true, 1, 2); END",
        "BEGIN WHILE false DO SELECT 1; END WHILE; SELECT 2; END",
        "BEGIN REPEAT SELECT 3; UNTIL CASE WHEN true THEN true END END REPEAT; SELECT 2; END",
        "BEGIN l: LOOP LEAVE l; END LOOP l; SELECT 2; END",
        "BEGIN FOR r AS SELECT 1 a DO SELECT r.a; END FOR; SELECT 2; END",
        "BEGIN SELECT begin, end FROM values(1,2) t(begin, end); SELECT t.end FROM t; SELECT 1; END",
        "BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN SELECT 'h'; END; SELECT 1/0; END",
        "BEGIN DECLARE EXIT HANDLER FOR SQLSTATE '22012' BEGIN SELECT 'h'; END; SELECT 1/0; END",
        "BEGIN CREATE TABLE IF NOT EXISTS t (a INT); DROP TABLE IF EXISTS t; END",
        "BEGIN SELECT ';END;'; -- END;\n SELECT 2; END",
    ],
)
def test_a_script_is_one_statement(script: str) -> None:
    assert texts(script) == [script]
    assert texts(f"select 0;{script};select 2") == ["select 0", script, "select 2"]


def test_words_of_scripts_do_not_confuse_other_statements() -> None:
    sql = "select case when a then 1 end; select begin from t; select end from t; select 1"
    assert texts(sql) == [part.strip() for part in sql.split(";")]


def test_what_says_nothing_is_dropped() -> None:
    assert texts("") == []
    assert texts(" ;; \n; -- only a word;\n; /* ; */ ;") == []
    assert texts(";;select 1;;") == ["select 1"]
    assert texts("select 1; -- the end") == ["select 1"]


def test_comments_before_a_statement_stay_with_it() -> None:
    assert texts("-- Q1; totals\nselect 1;\n/* Q2 */ select 2") == [
        "-- Q1; totals\nselect 1",
        "/* Q2 */ select 2",
    ]


def test_a_statement_knows_how_many_lines_precede_it() -> None:
    sql = "select 1;\n\n-- two\nselect\n 2; select 3;\n;\n  select 4"
    found = {statement.text[-1]: statement.line_offset for statement in split_statements(sql)}
    assert found == {"1": 0, "2": 2, "3": 4, "4": 6}


def test_a_long_text_is_split_in_linear_time() -> None:
    sql = "insert into t values (1, 'a;b'); -- c;\n" * 5_000
    assert len(split_statements(sql)) == 5_000


closed_pieces = st.sampled_from(
    [
        *(
            "select",
            "x",
            "end",
            "begin",
            "case",
            "if",
            "r",
            "12",
            "1.5",
            ",",
            "(",
            ")",
            "*",
            "a.b",
            "ä",
            "😀",
        ),
        *("'a'", "';'", "''", "'it''s;'", r"'\';'", r"'\\'", r"r'\'", '";"', r'"\";"', "`;`", "``", "`a``;`"),
        *(
            "/* ; */",
            "/* /* ; */ */",
            "-- ; ' \" ` /*\n",
            "/*+ hint */",
            "$$;'$$",
            "$t$ ; $$ $t$",
            "- -",
            "/ /",
        ),
    ]
)
statements = st.lists(closed_pieces, min_size=1, max_size=8).map(lambda parts: "x " + " ".join(parts).strip())


@given(st.lists(statements, max_size=6), st.sampled_from([";", " ; ", ";\n\n", "\n;;\n"]))
def test_joined_statements_come_back(parts: list[str], separator: str) -> None:
    # A line comment at a statement's end needs its line end before the semicolon.
    parts = [part + "\n" if "-- ;" in part else part for part in parts]
    assert texts(separator.join(parts)) == [part.rstrip() for part in parts]


@given(st.text(alphabet="ab;'\"`/*+-\\ \n$r.(){}", max_size=60) | st.text(max_size=60))
def test_nothing_but_separators_spaces_and_lone_comments_is_lost(sql: str) -> None:
    found = split_statements(sql)
    at = 0
    for statement in found:
        assert statement.text == statement.text.strip() != ""
        place = statement.start
        assert sql.startswith(statement.text, place)
        assert sql.count("\n", 0, place) == statement.line_offset
        assert_says_nothing(sql[at:place])
        at = place + len(statement.text)
    assert_says_nothing(sql[at:])


def assert_says_nothing(between: str) -> None:
    """Between statements there are only spaces, semicolons and comments."""
    assert split_statements(between) == []
