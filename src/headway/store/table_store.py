"""What scans found out about tables: rows and bytes, for the estimates of the next statements on them."""

from collections.abc import Mapping

from sqlalchemy import select

from headway.jobs.tables import Table
from headway.store.database import Database
from headway.store.steady import steady
from headway.store.tables import scanned_tables as scanned

TABLES_KNOWN = 2_000  # of a project, those scanned last


class TableStore:
    """What is known of a project's tables. Calls raise ``StoreUnavailable`` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @steady
    async def remember(self, project_id: str, tables: Mapping[str, Table], seen_at: int) -> None:
        """Keep what a run found out (``seen_at``: epoch ms); of a table the newest stays."""
        if not tables:
            return
        insert = self._database.insert(scanned)
        new = insert.excluded
        upsert = insert.on_conflict_do_update(
            index_elements=[scanned.c.project_id, scanned.c.name],
            set_={"row_count": new.row_count, "byte_count": new.byte_count, "seen_at": new.seen_at},
        )
        rows = [
            {
                "project_id": project_id,
                "name": name[:_NAME_LENGTH],
                "row_count": table.rows,
                "byte_count": table.size,
                "seen_at": seen_at,
            }
            # Always in one order: two runs that end at once do not wait for each other.
            for name, table in sorted(tables.items())
        ]
        async with self._database.write() as connection:
            await connection.execute(upsert, rows)

    @steady
    async def recall(self, project_id: str) -> Mapping[str, Table]:
        """Give what is known of a project's tables, by the name of their scan."""
        query = (
            select(scanned)
            .where(scanned.c.project_id == project_id)
            .order_by(scanned.c.seen_at.desc(), scanned.c.name)
            .limit(TABLES_KNOWN)
        )
        async with self._database.read() as connection:
            found = await connection.execute(query)
            return {row.name: Table(row.row_count, row.byte_count) for row in found}


_NAME_LENGTH = 512
