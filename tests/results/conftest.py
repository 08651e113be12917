"""A result store in a directory of its own, and ways to fill it."""

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from headway.results.result_store import ResultStore
from headway.results.stored import StoredResult
from tests.results.spark_answers import Answer

Keep = Callable[[Answer], StoredResult]


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    return ResultStore(tmp_path, 1 << 30)


@pytest.fixture
def keep(store: ResultStore) -> Keep:
    """Keep a recorded answer as a finished result and open it."""

    def keep(answer: Answer) -> StoredResult:
        spool = store.create("p", "j", answer.schema_json)
        spool.append("r1", answer.data, answer.row_count)
        spool.finish()
        return store.open("p", "j")

    return keep


def stream(batch: pa.RecordBatch, options: pa.ipc.IpcWriteOptions | None = None) -> bytes:
    """Write a batch as Spark sends it: one IPC stream of its own."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=options) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def numbers(first: int, count: int) -> bytes:
    """Give a response of rows (id, 'row <id>')."""
    ids = range(first, first + count)
    names = pa.array([f"row {i}" for i in ids], pa.string())
    return stream(pa.record_batch({"id": pa.array(ids, pa.int64()), "name": names}))


def schema(*columns: tuple[str, object]) -> str:
    """Write Spark's StructType JSON."""
    fields = [{"name": name, "type": kind, "nullable": True, "metadata": {}} for name, kind in columns]
    return json.dumps({"type": "struct", "fields": fields})


NUMBERS = schema(("id", "long"), ("name", "string"))
