"""Arrow responses recorded from Spark Connect 4.3.0, with what Spark's CAST AS STRING gave for each."""

import base64
import json
import zlib
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "spark_answers.json"


@dataclass(frozen=True)
class Answer:
    """One response: at most one row. ``casts`` is empty where Spark has no cast for the types."""

    name: str
    columns: tuple[str, ...]
    schema_json: str
    data: bytes
    casts: tuple[str | None, ...]

    @property
    def row_count(self) -> int:
        return 0 if self.name in ("no rows", "no columns") else 1


def answers() -> dict[str, Answer]:
    """Read all of them, by name."""
    return {
        each["name"]: Answer(
            each["name"],
            tuple(each["columns"]),
            each["schema_json"],
            zlib.decompress(base64.b64decode(each["data"])),
            tuple(each["casts"]),
        )
        for each in json.loads(_FILE.read_text("utf-8"))
    }
