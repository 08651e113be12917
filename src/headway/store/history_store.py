"""Finished runs of statements, kept for the estimates of the next ones; they outlive their jobs."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Row, delete, func, or_, select

from headway.jobs.profile import RUNS_KEPT, Profile
from headway.store.database import Database
from headway.store.steady import steady
from headway.store.tables import scanned_tables
from headway.store.tables import statement_runs as runs

PROJECT_RUNS_KEPT = 10_000  # of a project, all statements
_PAGE = 200  # rows of one transaction

_PROFILE = TypeAdapter(Profile)


@dataclass(frozen=True, slots=True)
class StatementRun:
    """One run as it is kept. ``shape`` is ``None`` when no plan was seen; ``ended_at`` is epoch ms."""

    fingerprint: str
    shape: str | None
    job_id: str
    ended_at: int
    profile: Profile


class HistoryStore:
    """What is known of earlier runs. A call raises ``StoreUnavailable`` when the database is away or full."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @steady
    async def remember(
        self, project_id: str, fingerprint: str, shape: str | None, job_id: str, profile: Profile
    ) -> None:
        """Keep a finished run; of its statement the newest ``RUNS_KEPT`` stay. A job is kept once."""
        insert = self._database.insert(runs).values(
            project_id=project_id,
            fingerprint=fingerprint,
            shape=shape,
            job_id=job_id,
            ended_at=profile.ended_at,
            profile=_PROFILE.dump_json(profile, exclude_defaults=True).decode(),
        )
        of_statement = (runs.c.project_id == project_id) & (runs.c.fingerprint == fingerprint)
        newest = select(runs.c.run_id).where(of_statement).order_by(*_NEWEST_FIRST).limit(RUNS_KEPT)
        async with self._database.write() as connection:
            # Replicas take turns: two that delete at the same moment would not see each other's rows.
            await self._database.lock_name(connection, f"history {project_id} {fingerprint}")
            await connection.execute(insert.on_conflict_do_nothing(index_elements=[runs.c.job_id]))
            await connection.execute(delete(runs).where(of_statement, runs.c.run_id.not_in(newest)))

    async def recall(self, project_id: str, fingerprint: str, limit: int = RUNS_KEPT) -> tuple[Profile, ...]:
        """Give a project's last runs of a statement, the newest first."""
        return await self._newest(project_id, runs.c.fingerprint == fingerprint, limit)

    async def recall_shape(self, project_id: str, shape: str, limit: int = RUNS_KEPT) -> tuple[Profile, ...]:
        """Give a project's last runs of any statement with a plan of this shape, the newest first."""
        return await self._newest(project_id, runs.c.shape == shape, limit)

    async def export(self, project_id: str) -> AsyncIterator[StatementRun]:
        """Give everything that is kept of a project, in the order it came; memory does not grow with it."""
        after = 0
        while page := await self._page(project_id, after):
            for row in page:
                yield StatementRun(row.fingerprint, row.shape, row.job_id, row.ended_at, _profile_of(row))
            after = page[-1].run_id

    @steady
    async def clear(self, project_id: str, fingerprint: str | None = None) -> int:
        """Forget a project's runs with all that they found out, or those of one statement; gives how many."""
        due = delete(runs).where(runs.c.project_id == project_id)
        async with self._database.write() as connection:
            if fingerprint is not None:
                return (await connection.execute(due.where(runs.c.fingerprint == fingerprint))).rowcount
            await connection.execute(delete(scanned_tables).where(scanned_tables.c.project_id == project_id))
            return (await connection.execute(due)).rowcount

    async def prune(self, before: int) -> int:
        """Forget what was found out before a time (epoch ms), and the oldest runs of a project with too many.

        Gives how many runs went.
        """
        count = 0
        while deleted := await self._prune_some(before):
            count += deleted
        return count

    @steady
    async def _prune_some(self, before: int) -> int:
        place = func.row_number().over(partition_by=runs.c.project_id, order_by=_NEWEST_FIRST)
        ranked = select(runs.c.run_id, runs.c.ended_at, place.label("place")).subquery()
        due = select(ranked.c.run_id).where(
            or_(ranked.c.ended_at < before, ranked.c.place > PROJECT_RUNS_KEPT)
        )
        async with self._database.write() as connection:
            await connection.execute(delete(scanned_tables).where(scanned_tables.c.seen_at < before))
            gone = delete(runs).where(runs.c.run_id.in_(due.limit(_PAGE)))
            return (await connection.execute(gone)).rowcount

    @steady
    async def _newest(self, project_id: str, which: ColumnElement[bool], limit: int) -> tuple[Profile, ...]:
        query = select(runs.c.profile).where(runs.c.project_id == project_id, which)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(*_NEWEST_FIRST).limit(limit))).all()
        return tuple(_profile_of(row) for row in rows)

    @steady
    async def _page(self, project_id: str, after: int) -> list[Row[Any]]:
        query = select(runs).where(runs.c.project_id == project_id, runs.c.run_id > after)
        async with self._database.read() as connection:
            return list((await connection.execute(query.order_by(runs.c.run_id).limit(_PAGE))).all())


_NEWEST_FIRST = (runs.c.ended_at.desc(), runs.c.run_id.desc())


def _profile_of(row: Row[Any]) -> Profile:
    return _PROFILE.validate_json(row.profile)
