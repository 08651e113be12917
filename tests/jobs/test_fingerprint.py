"""Statements that differ in literals alone are one; so are plans that differ in sizes alone."""

import time
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.jobs.fingerprint import fingerprint, shape
from headway.jobs.job import SQL_LIMIT
from headway.jobs.plan import Plan, PlanNode

LITERALS = st.sampled_from(
    [
        "0",
        "42",
        "3.5",
        ".5",
        "7.",
        "1e-5",
        "2L",
        "12.5BD",
        "1E+3d",
        "'x'",
        "'it\\'s'",
        '"--"',
        "r'\\'",
        "$$ ' $$",
    ]
)
# Before a string some words are part of the literal.
WORDS = st.from_regex(r"[a-wy-z_][a-z0-9_]{0,6}", fullmatch=True).filter(
    lambda word: not word.startswith(("date", "time", "interval"))
)
QUOTED = st.sampled_from(["`a b`", "`Group`", "`--`"])
MARKS = st.sampled_from(["(", ")", ",", "=", "<", "*", "+", "-", ";", "::"])
PIECES = st.lists(
    st.one_of(
        st.just(("literal", "?")),
        WORDS.map(lambda word: ("word", word)),
        QUOTED.map(lambda name: ("word", name)),
        MARKS.map(lambda mark: ("mark", mark)),
    ),
    max_size=30,
)
GAPS = st.sampled_from([" ", "\n\t", " /* 1 'b' */ ", " -- it's ( \n", " /* a /* b */ c */ "])


@st.composite
def written(draw: st.DrawFn, pieces: list[tuple[str, str]]) -> str:
    """Spell a statement out: any literals, letters of any case, any gaps."""
    parts = []
    for kind, text in pieces:
        literal = draw(LITERALS) if kind == "literal" else text
        parts += [literal.upper() if kind == "word" and draw(st.booleans()) else literal, draw(GAPS)]
    return "".join(parts)


@given(st.data(), PIECES)
def test_literals_comments_case_and_space_do_not_count(
    data: st.DataObject, pieces: list[tuple[str, str]]
) -> None:
    first, second = data.draw(written(pieces)), data.draw(written(pieces))
    assert fingerprint(first) == fingerprint(second)


@given(st.data(), PIECES.filter(lambda pieces: any(kind == "word" for kind, _ in pieces)))
def test_every_word_counts(data: st.DataObject, pieces: list[tuple[str, str]]) -> None:
    places = [place for place, (kind, _) in enumerate(pieces) if kind == "word"]
    place = data.draw(st.sampled_from(places))
    other = [*pieces[:place], ("word", "somethingelse"), *pieces[place + 1 :]]
    assert fingerprint(data.draw(written(pieces))) != fingerprint(data.draw(written(other)))


SAME = [
    [
        "select * from t where a in (1)",
        "select * from t where a in (1, 2, 3)",
        "SELECT * FROM t WHERE a IN (-1,2)",
    ],
    ["select 1 from t where d > date '2024-01-31'", "select 2 from t where d > DATE'1999-12-31'"],
    ["insert into t values (1, 'a')", "insert into t values (1, 'a'), (2, 'b'), (-3, 'c')"],
    ["select a from t where a > 5", "select a from t where a > -5", "select a from t where a > +5.5e-3;"],
    ["select a between 1 and 2", "select a between -1 and -2"],
    ["select x'1F', b", "select X'00', b"],
    ["select 1;", "select 2 ; ;", "-- why\nselect 3"],
    ["select a-1 from t", "select a - 2 from t"],
]
DIFFERENT = [
    ["select a from t", "select b from t", "select a from u", "select a, a from t", "select a from t t"],
    ["select a from t where b is null", "select a from t where b is not null"],
    ["select /*+ broadcast(a) */ * from a", "select /*+ merge(a) */ * from a", "select * from a"],
    ["select /*+ coalesce(3) */ * from a", "select /*+ coalesce(30) */ * from a"],
    ["select a from t order by 1", "select a from t order by 1, 2"],
    ["select a from `t u`", "select a from `t v`", "select a from `t` u"],
    ["select a from t where b = 1", "select a from t where b < 1", "select a from t where b = c"],
    [
        "select a from sales_2023",
        "select a from sales_2024",
        "select a from 2023_sales",
        "select a from 2024_sales",
    ],
    ["select a - 1", "select a + 1", "select a"],
    ["select (a) - 1", "select (a), 1"],
]


@pytest.mark.parametrize("statements", SAME)
def test_statements_that_are_one(statements: list[str]) -> None:
    assert len({fingerprint(sql) for sql in statements}) == 1


@pytest.mark.parametrize("statements", DIFFERENT)
def test_statements_that_are_not_one(statements: list[str]) -> None:
    assert len({fingerprint(sql) for sql in statements}) == len(statements)


@given(st.text(st.characters(exclude_categories=())) | st.text("/*+-'\"`$(),.;?01aeE \n"))
def test_any_text_has_a_fingerprint(text: str) -> None:
    assert len(fingerprint(text)) == 32
    assert fingerprint(text) == fingerprint("\n" + text)


LONG = [
    "(",
    "(1),",
    "'a',",
    "(1,",
    "('a",
    "/*",
    "/*+",
    "`",
    "1.",
    "- ",
    "a.",
    "$a",
    "1e",
    "\\",
    "x'",
    ",(1",
    "(1)",
]


@pytest.mark.parametrize("part", LONG)
def test_the_longest_statement_takes_a_moment(part: str) -> None:
    long = ("(" + part * SQL_LIMIT)[:SQL_LIMIT]
    begun = time.process_time()
    fingerprint(long)
    assert time.process_time() - begun < 1


def test_lists_and_rows_of_any_length_are_one() -> None:
    ids = ", ".join(map(str, range(70_000)))
    names = ",\n".join(f"'it\\'s {n}'" for n in range(25_000))
    rows = ", ".join(f"({n}, -1.5, 'a')" for n in range(20_000))
    for form, items, fewer in (
        ("select a from t where b in ({}) and c = 1", ids, "5"),
        ("select * from a where n not in ({}) group by m", names, "'b', 'c'"),
        ("insert into t values {}; ", rows, "(1, 2, 3), (2, 3, 4)"),
        ("select * from values {} as t(a, b, c) where a > 1", rows, "(1, 2, 3)"),
    ):
        assert fingerprint(form.format(items)) == fingerprint(form.format(fewer))


def test_of_a_statement_without_end_every_letter_still_counts() -> None:
    long = "select 1, " + "a + " * 60_000
    assert fingerprint(long + "b") == fingerprint(long.replace("select 1", "SELECT 23") + "b")
    assert fingerprint(long + "b") != fingerprint(long + "c")


def tree(*nodes: tuple[int, str], size: float | None = None) -> tuple[PlanNode, ...]:
    return tuple(PlanNode(depth, name, size=size) for depth, name in nodes)


JOIN = [
    (0, "Project"),
    (1, "SortMergeJoin Inner"),
    (2, "Exchange"),
    (3, "Scan parquet t"),
    (2, "Scan parquet u"),
]
NODES = st.lists(
    st.tuples(st.integers(-1, 1), st.sampled_from(["Project", "Exchange", "Filter", "Scan parquet t"])),
    max_size=12,
)


@given(NODES, st.integers(0, 12))
def test_what_execution_adds_to_a_plan_is_not_its_shape(steps: list[tuple[int, str]], place: int) -> None:
    depths = accumulate((step for step, _ in steps), lambda depth, step: max(1, depth + step), initial=0)
    nodes = [(depth, name) for depth, (_, name) in zip(depths, steps, strict=False)]
    place = min(place, len(nodes))
    # The added operator takes the place of the next one, which goes below it with everything under it.
    depth = nodes[place][0] if place < len(nodes) else 0
    under = next((at for at in range(place + 1, len(nodes)) if nodes[at][0] <= depth), len(nodes))
    below = [(each + 1, name) for each, name in nodes[place:under]]
    added = [*nodes[:place], (depth, "ShuffleQueryStage"), *below, *nodes[under:]]
    assert shape(Plan(0, trees=(tree(*nodes),))) == shape(Plan(9, (1, 2), False, (tree(*added, size=5.0),)))


def test_the_shape_of_a_plan_is_its_operators_and_their_order() -> None:
    shapes = [
        [JOIN],
        [JOIN[:-1]],
        [[*JOIN[:-1], (2, "Scan parquet v")]],
        [[*JOIN[:-1], (3, "Scan parquet u")]],
        [JOIN, JOIN[3:4]],
        [],
    ]
    assert len({shape(Plan(0, trees=tuple(tree(*nodes) for nodes in trees))) for trees in shapes}) == len(
        shapes
    )


def test_ids_that_spark_makes_up_do_not_count() -> None:
    first, second = (Plan(0, trees=(tree((0, f"Scan ExistingRDD[a#{n}]")),)) for n in (1, 27))
    assert shape(first) == shape(second)
