"""Every Spark type as a JSON cell and as text, against answers recorded from Spark itself."""

import json
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from headway.results.json_text import dump_json
from headway.results.result_store import ResultStore
from tests.results.conftest import Keep, schema, stream
from tests.results.spark_answers import answers

ANSWERS = answers()


@pytest.mark.parametrize("name", [name for name, answer in ANSWERS.items() if answer.casts])
def test_text_is_what_spark_casts_to(keep: Keep, name: str) -> None:
    answer = ANSWERS[name]
    [row] = keep(answer).text_rows(0, 10)
    assert dict(zip(answer.columns, row, strict=True)) == dict(zip(answer.columns, answer.casts, strict=True))


@pytest.mark.parametrize("name", list(ANSWERS))
def test_every_cell_is_valid_json(keep: Keep, name: str) -> None:
    def refuse(text: str) -> object:
        raise AssertionError(f"{text} is not JSON")

    for row in keep(ANSWERS[name]).rows(0, 10):
        json.loads(dump_json(row), parse_constant=refuse)


def cells(keep: Keep, name: str) -> dict[str, object]:
    answer = ANSWERS[name]
    [row] = keep(answer).rows(0, 10)
    return dict(zip(answer.columns, row, strict=True))


def test_numbers_are_exact(keep: Keep) -> None:
    found = cells(keep, "numbers")
    assert found["-9223372036854775808L"] == -9223372036854775808
    assert found["true"] is True
    assert found["cast(null as int)"] is None
    assert found["0.1F"] == 0.1
    assert dump_json(found["-0.10BD"]) == b"-0.10"
    assert dump_json(found["cast(0 as decimal(38,18))"]) == b"0.000000000000000000"
    exact = b"12345678901234567890123456789012345.123"
    assert dump_json(found["cast('12345678901234567890123456789012345.123' as decimal(38,3))"]) == exact
    assert dump_json(found["cast('nan' as double)"]) == b'"NaN"'
    assert dump_json(found["cast('-inf' as float)"]) == b'"-Infinity"'


def test_times_of_any_year_are_text_in_the_session_zone(keep: Keep) -> None:
    answer = ANSWERS["times"]
    assert list(cells(keep, "times").values()) == list(answer.casts)


def test_nested_values_stay_nested(keep: Keep) -> None:
    found = cells(keep, "nested")
    assert found["array(1,null,3)"] == [1, None, 3]
    assert found["array(array(1),null,array())"] == [[1], None, []]
    assert found["map('k',1,'l',null)"] == {"k": 1, "l": None}
    assert found["map(1,array(1.5BD))"] == {"1": [Decimal("1.5")]}
    assert found["named_struct('x',1,'y','z')"] == {"x": 1, "y": "z"}
    assert found["named_struct('x',1,'x',2)"] == [1, 2]  # an object cannot hold both
    assert found["map(named_struct('p',1),2)"] == {'{"p":1}': 2}
    assert found["cast(null as map<string,int>)"] is None


def test_a_variant_is_the_json_it_holds(keep: Keep) -> None:
    found = list(cells(keep, "variants").values())
    assert found[0] == {"a": [1, Decimal("2.5"), "x", None, True], "ü": {"b": -3000000000}}
    assert found[1:4] == [None, "x", ["x"]]
    assert found[-1] is None


def test_bytes_are_base64_as_cells_and_hex_as_text(keep: Keep) -> None:
    result = keep(ANSWERS["binary"])
    assert result.rows(0, 1) == [
        ["3q2+7w==", ["3q0="], "\u07ad\ufffd\ufffd"]
    ]  # CAST(binary AS STRING) is not checked
    assert result.text_rows(0, 1) == [["[DE AD BE EF]", "[[DE AD]]", "\u07ad\ufffd\ufffd"]]


def test_shapes_are_objects(keep: Keep) -> None:
    point = "AQEAAAAAAAAAAADwPwAAAAAAAABA"
    assert keep(ANSWERS["shapes"]).rows(0, 1) == [[{"srid": 4326, "wkb": point}, {"srid": 0, "wkb": point}]]


def test_nanoseconds_are_kept(keep: Keep) -> None:
    [row] = keep(ANSWERS["nanoseconds"]).rows(0, 1)
    assert row == ["2020-02-03 04:05:06.12345678", "2020-02-03 04:05:06.1234567"]


def test_every_depth_of_null_and_slice(store: ResultStore) -> None:
    kind = {
        "type": "array",
        "containsNull": True,
        "elementType": {
            "type": "struct",
            "fields": [
                {"name": "m", "nullable": True, "metadata": {}, "type": {
                    "type": "map", "keyType": "string", "valueType": "integer", "valueContainsNull": True}},
                {"name": "n", "nullable": True, "metadata": {}, "type": "integer"},
            ],
        },
    }  # fmt: skip
    arrow_type = pa.list_(pa.struct([("m", pa.map_(pa.string(), pa.int32())), ("n", pa.int32())]))
    rows: list[object] = [
        [{"m": {"a": 1, "b": None}, "n": 1}, None],
        None,
        [],
        [{"m": None, "n": None}, {"m": {}, "n": 2}],
        [{"m": {"c": 3}, "n": 3}],
    ]
    values: list[object] = [
        [{"m": [("a", 1), ("b", None)], "n": 1}, None],
        None,
        [],
        [{"m": None, "n": None}, {"m": [], "n": 2}],
        [{"m": [("c", 3)], "n": 3}],
    ]
    batch = pa.record_batch({"x": pa.array(values, arrow_type)})
    with store.create("p", "j", schema(("x", kind))) as spool:
        spool.append("a", stream(batch), len(rows))
    result = store.open("p", "j")
    assert result.rows(0, 10) == [[row] for row in rows]
    for offset in range(len(rows)):
        assert result.rows(offset, 1) == [[rows[offset]]]
    assert result.text_rows(0, 2) == [["[{{a -> 1, b -> null}, 1}, null]"], [None]]


def test_large_columns_and_user_types(store: ResultStore) -> None:
    batch = pa.record_batch(
        {
            "s": pa.array(["a", None], pa.large_string()),
            "b": pa.array([b"\xff", None], pa.large_binary()),
            "u": pa.array([[1.0], None], pa.list_(pa.float64())),
            "l": pa.array([["x"], None], pa.large_list(pa.large_string())),
        }
    )
    user = {
        "type": "udt",
        "class": "x.Y",
        "sqlType": {"type": "array", "elementType": "double", "containsNull": True},
    }
    texts = {"type": "array", "elementType": "string", "containsNull": True}
    kinds = schema(("s", "string"), ("b", "binary"), ("u", user), ("l", texts))
    with store.create("p", "j", kinds) as spool:
        spool.append("a", stream(batch), 2)
    assert store.open("p", "j").rows(0, 2) == [["a", "/w==", [1.0], ["x"]], [None] * 4]
    assert store.open("p", "j").columns[2].type == "array<double>"


def test_a_type_of_a_later_spark_is_shown_as_arrow_sees_it(store: ResultStore) -> None:
    with store.create("p", "j", schema(("x", "novelty"))) as spool:
        spool.append("a", stream(pa.record_batch({"x": [7, None]})), 2)
    assert store.open("p", "j").rows(0, 2) == [["7"], [None]]


def test_a_damaged_or_bottomless_variant_loses_nothing(store: ResultStore, tmp_path: Path) -> None:
    value = b"\x0c\x01"
    for _ in range(150):  # arrays of one element, with offsets of four bytes
        value = b"\x0f\x01" + (0).to_bytes(4, "little") + len(value).to_bytes(4, "little") + value
    pairs = [{"value": data, "metadata": b"\x01\x00\x00"} for data in (b"", b"\x0c", b"\xfc", value)]
    arrow_type = pa.struct([("value", pa.binary()), ("metadata", pa.binary())])
    with store.create("p", "j", schema(("v", "variant"))) as spool:
        spool.append("a", stream(pa.record_batch({"v": pa.array(pairs, arrow_type)})), 4)
    rows = store.open("p", "j").rows(0, 4)
    assert rows[0] == [{"value": "", "metadata": "AQAA"}]
    assert all(isinstance(cell, dict) and set(cell) == {"value", "metadata"} for [cell] in rows)
