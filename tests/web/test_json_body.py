import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.jobs.errors import InvalidRequest
from headway.web.json_body import parse_object

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(TEXT, values, max_size=4))
def test_every_json_object_is_read(body: dict[str, object]) -> None:
    assert parse_object(json.dumps(body).encode()) == body


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b'{"a": NaN}', "is not JSON"),
        (b'{"a": -Infinity}', "is not JSON"),
        (b'{"a": "\xff"}', "is not JSON"),
        (b'{"a": "\\ud800"}', "is not JSON"),
        (b'{"a":' * 10_000, "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"a": 1} x', "is not JSON"),
        (b"[]", "must be a JSON object"),
        (b'"x"', "must be a JSON object"),
        (b"null", "must be a JSON object"),
    ],
)
def test_anything_else_is_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(InvalidRequest, match=reason):
        parse_object(raw)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (rb'{"sql": "select \u0000"}', "sql"),
        (rb'{"conf": ["a = \u0000"]}', "conf"),
        (rb'{"tags": [{"key": "k", "value": "\u0000"}]}', "value"),
        (rb'{"a\u0000": 1}', "body"),
    ],
)
def test_a_nul_character_is_refused_and_its_field_named(raw: bytes, field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        parse_object(raw)
    assert (refused.value.field, refused.value.reason) == (field, "holds a NUL character")


def test_a_nul_that_sparks_sql_spells_out_is_a_statement_like_others() -> None:
    assert parse_object(rb"""{"sql": "select '\\u0000'"}""") == {"sql": r"select '\u0000'"}
