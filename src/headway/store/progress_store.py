"""How far each job is said to be, kept so that every replica and every later process says no less."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import TypeAdapter
from sqlalchemy import case, func, select

from headway.jobs.estimate import Estimate, Sample
from headway.jobs.subjob import Snapshot
from headway.store.database import Database
from headway.store.steady import steady
from headway.store.tables import job_progress

T = TypeVar("T")

_SNAPSHOT = TypeAdapter(Snapshot)
_ESTIMATE = TypeAdapter(Estimate)
_CURVE = TypeAdapter(tuple[Sample, ...])
_OPTIONAL = ("snapshot", "estimate", "curve")  # columns that keep their last value when nothing new is said


@dataclass(frozen=True, slots=True)
class KeptProgress:
    """What was last said of a job: the whole-job ``fraction``, and what else of it is kept.

    ``snapshot`` is Spark's words, ``curve`` what was said before, oldest first.
    """

    job_id: str
    fraction: float
    snapshot: Snapshot | None = None
    estimate: Estimate | None = None
    curve: tuple[Sample, ...] = ()


class ProgressStore:
    """The last word on every job."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @steady
    async def keep(self, said: Sequence[KeptProgress]) -> None:
        """Remember what is said of some jobs.

        A fraction never falls; without a snapshot, an estimate or a curve, the last one stays.
        """
        if not said:
            return
        table = job_progress
        insert = self._database.insert(table)
        new = insert.excluded
        upsert = insert.on_conflict_do_update(
            index_elements=[table.c.job_id],
            set_={
                "fraction": case((new.fraction > table.c.fraction, new.fraction), else_=table.c.fraction),
                **{name: func.coalesce(new[name], table.c[name]) for name in _OPTIONAL},
            },
        )
        rows = [_row(one) for one in said]
        async with self._database.write() as connection:
            await connection.execute(upsert, rows)

    @steady
    async def get(self, job_id: str) -> KeptProgress | None:
        """Give the last word on a job, if there was one."""
        query = select(job_progress).where(job_progress.c.job_id == job_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        return KeptProgress(
            job_id,
            row.fraction,
            _read(_SNAPSHOT, row.snapshot),
            _read(_ESTIMATE, row.estimate),
            _read(_CURVE, row.curve) or (),
        )


def _row(said: KeptProgress) -> dict[str, object]:
    return {
        "job_id": said.job_id,
        "fraction": said.fraction,
        "snapshot": _text(_SNAPSHOT, said.snapshot),
        "estimate": _text(_ESTIMATE, said.estimate),
        "curve": _text(_CURVE, said.curve or None),
    }


def _text(kind: TypeAdapter[T], value: T | None) -> str | None:
    return None if value is None else kind.dump_json(value, exclude_none=True).decode()


def _read(kind: TypeAdapter[T], text: str | None) -> T | None:
    return None if text is None else kind.validate_json(text)
