"""Lists of jobs: filters, orders and pages."""

import re
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, null, select

from headway.jobs.job import Job, JobFilter, JobOrder
from headway.jobs.lifecycle import LIVE, JobState
from headway.store.database import Database
from headway.store.job_rows import job_of
from headway.store.steady import steady
from headway.store.tables import job_tags, jobs


class JobSearch:
    """Finds jobs of one project."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @steady
    async def find(
        self, project_id: str, wanted: JobFilter, order: JobOrder, offset: int, limit: int, now: int
    ) -> tuple[int, list[Job]]:
        """Give how many jobs match, and one page of them; ``now`` (epoch ms) counts for running jobs."""
        where = and_(jobs.c.project_id == project_id, *_conditions(wanted))
        order_by = _order(order, now)
        # A search reads every statement: once, for the page and for the count.
        reads_all = wanted.sql_pattern is not None
        matches = func.count().over() if reads_all else null()
        # Found in the index first: rows that are passed over are not read.
        found = select(jobs.c.seq, matches.label("matches")).where(where).order_by(*order_by)
        page = found.offset(offset).limit(limit).subquery()
        query = select(jobs, page.c.matches).join(page, jobs.c.seq == page.c.seq).order_by(*order_by)
        count = select(func.count()).select_from(jobs).where(where)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            known = rows[0].matches if rows else None
            total = (await connection.execute(count)).scalar_one() if known is None else known
        return int(total), [job_of(row) for row in rows]

    @steady
    async def loads(self, project_id: str) -> dict[str, tuple[int, int]]:
        """Count the jobs of a project that have not ended, by queue: those under way, those that wait."""
        mine = and_(jobs.c.project_id == project_id, jobs.c.state.in_(sorted(LIVE)))
        query = select(jobs.c.queue_name, jobs.c.state, func.count()).where(mine)
        counts: dict[str, tuple[int, int]] = {}
        async with self._database.read() as connection:
            rows = await connection.execute(query.group_by(jobs.c.queue_name, jobs.c.state))
            for queue_name, state, count in rows:
                running, waiting = counts.get(queue_name, (0, 0))
                waits = state == JobState.QUEUED
                counts[queue_name] = (running, waiting + count) if waits else (running + count, waiting)
        return counts


def _conditions(wanted: JobFilter) -> list[ColumnElement[bool]]:
    equal = {
        jobs.c.job_id: wanted.job_id,
        jobs.c.queue_name: wanted.queue_name,
        jobs.c.owner: wanted.owner,
        jobs.c.engine_type: wanted.engine_type,
    }
    conditions: list[ColumnElement[bool]] = [
        column == value for column, value in equal.items() if value is not None
    ]
    if wanted.database is not None:
        conditions.append(func.lower(jobs.c.current_db) == func.lower(wanted.database))
    if wanted.states is not None:
        conditions.append(jobs.c.state.in_(sorted(wanted.states)))
    if wanted.types is not None:
        conditions.append(jobs.c.job_type.in_(sorted(wanted.types)))
    if wanted.sql_pattern is not None:
        conditions.append(_contains(jobs.c.statement, wanted.sql_pattern))
    if wanted.started_after is not None:
        conditions.append(jobs.c.submitted_at > wanted.started_after)
    if wanted.started_before is not None:
        conditions.append(jobs.c.submitted_at < wanted.started_before)
    conditions += [
        exists().where(
            job_tags.c.job_id == jobs.c.job_id,
            job_tags.c.key == tag.key,
            _contains(job_tags.c.value, tag.value),
        )
        for tag in wanted.tags
    ]
    return conditions


def _contains(column: ColumnElement[str], fragment: str) -> ColumnElement[bool]:
    # The fragment's own % and _ are letters, not wildcards. The database makes both sides lower case: what
    # it does to letters beyond ASCII is its own affair, as long as it is the same.
    escaped = re.sub(r"[%_/]", r"/\g<0>", fragment)
    return func.lower(column).like(func.lower(f"%{escaped}%"), escape="/")


def _order(order: JobOrder, now: int) -> list[ColumnElement[Any]]:
    duration = func.coalesce(jobs.c.ended_at, now) - jobs.c.submitted_at
    match order:
        case JobOrder.START_TIME_DESC:
            return [jobs.c.submitted_at.desc(), jobs.c.seq.desc()]
        case JobOrder.START_TIME_ASC:
            return [jobs.c.submitted_at.asc(), jobs.c.seq.asc()]
        case JobOrder.DURATION_DESC:
            return [duration.desc(), jobs.c.seq.desc()]
        case JobOrder.DURATION_ASC:
            return [duration.asc(), jobs.c.seq.asc()]
