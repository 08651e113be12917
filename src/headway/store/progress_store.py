"""How far each job is said to be, kept so that every replica and every later process says no less."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy import case, func, select

from headway.jobs.subjob import Snapshot
from headway.store.database import Database
from headway.store.steady import steady
from headway.store.tables import job_progress

_SNAPSHOT = TypeAdapter(Snapshot)


@dataclass(frozen=True, slots=True)
class KeptProgress:
    """What was last said of a job: the whole-job ``fraction``, and Spark's words if they are kept."""

    job_id: str
    fraction: float
    snapshot: Snapshot | None = None


class ProgressStore:
    """The last word on every job."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @steady
    async def keep(self, said: Sequence[KeptProgress]) -> None:
        """Remember what is said of some jobs. A fraction never falls; no snapshot leaves the last one."""
        if not said:
            return
        table = job_progress
        insert = self._database.insert(table)
        new = insert.excluded
        upsert = insert.on_conflict_do_update(
            index_elements=[table.c.job_id],
            set_={
                "fraction": case((new.fraction > table.c.fraction, new.fraction), else_=table.c.fraction),
                "snapshot": func.coalesce(new.snapshot, table.c.snapshot),
            },
        )
        rows = [
            {"job_id": one.job_id, "fraction": one.fraction, "snapshot": _text(one.snapshot)} for one in said
        ]
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
        snapshot = None if row.snapshot is None else _SNAPSHOT.validate_json(row.snapshot)
        return KeptProgress(job_id, row.fraction, snapshot)


def _text(snapshot: Snapshot | None) -> str | None:
    return None if snapshot is None else _SNAPSHOT.dump_json(snapshot, exclude_none=True).decode()
