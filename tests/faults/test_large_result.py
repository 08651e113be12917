"""kill -9 of the service in the middle of a large result: its rows are whole, in order, each once."""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from tests.faults.caller import Caller
from tests.faults.scene import Scene
from tests.faults.seen import Seen
from tests.faults.watcher import Watcher
from tests.waiting import eventually

ROWS = 2_000_000
WIDTH = 100
BYTES = ROWS * (WIDTH + 12)
SQL = f"SELECT id, repeat(char(97 + CAST(id % 26 AS INT)), {WIDTH}) AS s FROM range(0, {ROWS}, 1, 40)"
KILLS = 2


def test_a_large_result_survives_kills_at_random_moments(
    scene: Scene, caller: Caller, watcher: Watcher, seen: Seen, tmp_path: Path
) -> None:
    seed = random.randrange(10**6)
    sys.stdout.write(f"seed {seed}\n")
    moments = sorted(random.Random(seed).uniform(0.02, 0.8) for _ in range(KILLS))
    job_id = caller.submit(SQL)
    watcher.follow(job_id)
    rows = scene.result_directory(job_id) / "rows.arrow"
    for moment in moments:
        eventually(lambda moment=moment: rows.exists() and rows.stat().st_size > moment * BYTES, 120)  # type: ignore[misc]
        scene.restart()
    job = caller.ended(job_id)
    assert job["status"] == "FINISHED", job
    assert job["attempt"] == 1
    assert job["result"]["row_count"] == ROWS
    _check_rows(caller, job_id, tmp_path / "rows.arrow")
    assert len(scene.spark().subjobs(job_id)) == 1
    size = job["result"]["byte_count"] / 1e6
    seen(
        f"service killed {KILLS} times in the middle of a result of {size:.0f} MB",
        f"all {ROWS:,} rows, in order, each once; the statement ran once",
    )


def _check_rows(caller: Caller, job_id: str, file: Path) -> None:
    at = 0
    for batch in _batches(caller, job_id, file):
        ids = batch.column("id").to_numpy()
        assert np.array_equal(ids, np.arange(at, at + len(ids))), at
        assert set(pa.compute.utf8_length(batch.column("s")).unique().to_pylist()) == {WIDTH}
        at += len(ids)
    assert at == ROWS


def _batches(caller: Caller, job_id: str, file: Path) -> Iterator[pa.RecordBatch]:
    caller.download(job_id, file)
    with pa.OSFile(str(file), "rb") as source:
        yield from pa.ipc.open_stream(source)
