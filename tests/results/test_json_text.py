"""JSON text of cells."""

import json
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.results.json_text import dump_json
from headway.results.reals import real_text, single_value

leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.decimals(allow_nan=False) | st.text()
values = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12
)


@given(values)
def test_everything_comes_back(value: object) -> None:
    def refuse(text: str) -> object:
        raise AssertionError(f"{text} is not JSON")

    found = json.loads(dump_json(value), parse_float=Decimal, parse_constant=refuse)
    assert same(value, found)


def same(value: object, found: object) -> bool:
    match value, found:
        case ((float() | Decimal()), str()):
            return not math.isfinite(value) and found in ("NaN", "Infinity", "-Infinity")
        case float(), Decimal():
            return float(found) == value
        case Decimal(), (Decimal() | int()):
            return Decimal(found) == value
        case list(), list():
            return len(value) == len(found) and all(map(same, value, found))
        case dict(), dict():
            return value.keys() == found.keys() and all(same(value[key], found[key]) for key in value)
        case _:
            return value == found and type(value) is type(found)


def test_it_is_compact_and_exact() -> None:
    row = [1, Decimal("0.10"), Decimal("1E+3"), "ä\n", None, True, math.nan, {"a": [math.inf]}]
    assert dump_json(row) == '[1,0.10,1000,"ä\\n",null,true,"NaN",{"a":["Infinity"]}]'.encode()


@pytest.mark.parametrize("value", [object(), {1: Decimal(1)}, b"x"])
def test_what_json_lacks_is_an_error(value: object) -> None:
    with pytest.raises(TypeError):
        dump_json(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_double_is_that_double(value: float) -> None:
    assert float(real_text(value, single=False)) == value


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_the_text_of_a_float_is_short_and_that_float(value: float) -> None:
    text = real_text(value, single=True)
    assert single_value(value) == float(text) or abs(value) < 1e-37
    mantissa = text.lstrip("-").partition("E")[0].replace(".", "").strip("0")
    assert len(mantissa) <= 9
