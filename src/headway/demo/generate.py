"""Makes the TPC-H files with tpchgen-cli; a table is complete or absent."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from headway.demo.tpch import TABLES, TableSize, parts_at

LOOK_EVERY_SECONDS = 0.2
GENERATOR = "tpchgen-cli"
PARTIAL = ".partial"

# Called with a table, the bytes written of it so far, and whether it is complete.
Report = Callable[[TableSize, int, bool], None]


class NotGenerated(Exception):
    """The data could not be made; the text says why."""


def scale_text(scale: float) -> str:
    """Write a scale as it appears in names: ``1``, ``0.1``."""
    return f"{scale:g}"


def data_directory(home: Path, scale: float) -> Path:
    """Give where the files of a scale are kept."""
    return home / "demo" / f"tpch-sf{scale_text(scale)}"


def find_generator() -> Path:
    """Find tpchgen-cli beside this Python, else on PATH; raises ``NotGenerated``."""
    beside = Path(sys.executable).with_name(GENERATOR)
    if beside.is_file():
        return beside
    on_path = shutil.which(GENERATOR)
    if on_path is None:
        raise NotGenerated(f"{GENERATOR} is not installed; get it with: pip install {GENERATOR}")
    return Path(on_path)


def missing_tables(directory: Path) -> list[TableSize]:
    """Give the tables that are not there yet."""
    return [table for table in TABLES if not (directory / table.name).is_dir()]


def generate(directory: Path, scale: float, report: Report) -> None:
    """Make every table that is missing; raises ``NotGenerated``.

    One run makes them all: the generator spends seconds on preparing before its first row.
    """
    wanted = missing_tables(directory)
    if not wanted:
        return
    partial = directory / PARTIAL
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    _run(find_generator(), partial, wanted, scale, report)
    for table in wanted:
        # Only a table that is whole gets its name.
        (partial / table.name).rename(directory / table.name)
        report(table, written_bytes(directory / table.name), True)
    shutil.rmtree(partial)


def written_bytes(directory: Path) -> int:
    """Sum up the sizes of the files below a directory."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def _run(generator: Path, partial: Path, wanted: list[TableSize], scale: float, report: Report) -> None:
    command = [str(generator), "parquet", "--scale-factor", scale_text(scale), "--quiet"]
    command += ["--tables", ",".join(table.name for table in wanted)]
    command += ["--parts", str(parts_at(scale)), "--output-dir", str(partial)]
    log = partial / "generator.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            while process.poll() is None:
                for table in wanted:
                    report(table, written_bytes(partial / table.name), False)
                time.sleep(LOOK_EVERY_SECONDS)
        finally:
            process.kill()
            process.wait()
    if process.returncode != 0:
        said = log.read_text(encoding="utf-8", errors="replace").strip()
        raise NotGenerated(f"{GENERATOR} failed: {said or f'code {process.returncode}'}")
