"""What a large result costs while it is sent."""

import asyncio
import tracemalloc

import pyarrow as pa
import pytest

from headway.api.result_answer import stream_rows
from headway.api.result_part import part_of
from headway.api.result_query import ResultFormat
from headway.results.result_store import ResultStore
from headway.results.stored import StoredResult
from tests.results.conftest import NUMBERS, stream

MIB = 1 << 20
RESPONSES, RESPONSE_ROWS, TEXT_BYTES = 100, 2_000, 500


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> StoredResult:
    """200,000 rows, 97 MiB."""
    store = ResultStore(tmp_path_factory.mktemp("large"), 1 << 30)
    names = [f"{number:x<{TEXT_BYTES}}" for number in range(RESPONSE_ROWS)]
    data = stream(pa.record_batch({"id": pa.array(range(RESPONSE_ROWS), pa.int64()), "name": names}))
    with store.create("p", "j", NUMBERS) as spool:
        for number in range(RESPONSES):
            spool.append(f"r{number}", data, RESPONSE_ROWS)
        spool.finish()
        assert spool.byte_count > 95 * MIB
    return store.open("p", "j")


# Parquet gathers 16 MiB for a row group and needs it once more, encoded.
@pytest.mark.parametrize(("file_format", "most"), [("csv", 16), ("arrow", 8), ("parquet", 48)])
async def test_memory_does_not_grow_with_the_result(large: StoredResult, file_format: str, most: int) -> None:
    peaks = []
    for rows in (100_000, 200_000):
        part = part_of(large, 0, rows)
        answer = stream_rows(part, ResultFormat(file_format), "j", asyncio.Semaphore(1))
        before = pa.total_allocated_bytes()
        arrow = 0
        tracemalloc.start()
        async for _ in answer.body_iterator:
            arrow = max(arrow, pa.total_allocated_bytes() - before)
        peaks.append(tracemalloc.get_traced_memory()[1] + arrow)
        tracemalloc.stop()
    assert max(peaks) < most * MIB
    assert peaks[1] < peaks[0] + 4 * MIB
