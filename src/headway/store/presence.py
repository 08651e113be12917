"""Whether a replica is among the living."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from headway.store.tables import replicas


async def holds(connection: AsyncConnection, replica_id: str) -> bool:
    """Tell whether a replica is there; nobody buries it before the transaction ends. It may beat."""
    here = select(replicas.c.replica_id).where(replicas.c.replica_id == replica_id)
    row = await connection.execute(here.with_for_update(read=True, key_share=True))
    return row.one_or_none() is not None
