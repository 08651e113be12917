from hypothesis import given
from hypothesis import strategies as st

from headway.client.excerpt import WIDTH, excerpt, failure_lines


def test_a_caret_stands_under_the_place() -> None:
    assert excerpt("SELECT *\nFRM t", 2, 1) == ["  1 | SELECT *", "  2 | FRM t", "    | ^"]


def test_carets_are_as_long_as_the_fragment() -> None:
    assert excerpt("SELECT nope FROM t", 1, 8, "nope")[-1] == "    |        ^^^^"


def test_a_fragment_that_is_not_there_gets_one_caret() -> None:
    assert excerpt("SELECT nope FROM t", 1, 8, "other")[-1] == "    |        ^"


def test_tabs_count_as_one_column() -> None:
    assert excerpt("SELECT\tx", 1, 8) == ["  1 | SELECT x", "    |        ^"]


def test_only_the_lines_just_before_are_shown() -> None:
    lines = excerpt("\n".join(f"line {number}" for number in range(1, 13)), 12, 1)
    assert lines == ["  10 | line 10", "  11 | line 11", "  12 | line 12", "     | ^"]


def test_a_long_line_is_cut_around_the_place() -> None:
    text = "x" * 400 + "HERE" + "y" * 400
    shown, carets = excerpt(text, 1, 401, "HERE")
    assert shown[carets.index("^") :].startswith("HERE")
    assert len(shown) <= WIDTH + 6


def test_without_a_place_there_is_no_excerpt() -> None:
    assert excerpt("SELECT 1", None, None) == []
    assert excerpt("SELECT 1", 7, 1) == []


@given(st.text(), st.integers(), st.none() | st.integers(), st.none() | st.text())
def test_no_statement_breaks_it(statement: str, line: int, column: int | None, fragment: str | None) -> None:
    for shown in excerpt(statement, line, column, fragment):
        assert shown.isprintable()


def test_sparks_own_excerpt_gives_way_to_ours() -> None:
    said = "[PARSE_SYNTAX_ERROR] Syntax error at or near 'FRM'. (line 1, pos 9)"
    message = f"{said}\n\n== SQL ==\nSELECT * FRM t\n---------^^^\n"
    assert failure_lines("SELECT * FRM t", message, 1, 10, None) == [
        said,
        "  1 | SELECT * FRM t",
        "    |          ^",
    ]


def test_a_message_without_a_place_is_kept_whole() -> None:
    assert failure_lines("SELECT 1", "a\nb", None, None, None) == ["a", "b"]


def test_sparks_plan_is_left_out() -> None:
    message = (
        "[UNRESOLVED_COLUMN] no `nope`. SQLSTATE: 42703; line 1 pos 7;\n'Project ['nope]\n+- Range (0, 3)"
    )
    assert failure_lines("select nope", message, 1, 8, "nope")[:2] == [
        "[UNRESOLVED_COLUMN] no `nope`. SQLSTATE: 42703",
        "  1 | select nope",
    ]
