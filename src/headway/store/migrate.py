"""Brings a schema to the version that this code knows."""

from pathlib import Path

import structlog
from sqlalchemy import Connection

log = structlog.get_logger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection, target: str = "head") -> None:
    """Run the migrations that a database lacks, in the transaction of ``connection``.

    A version that this code does not know is a newer one: migrations only add, so it serves as it is.
    """
    # Alembic is needed once, at start.
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    now = MigrationContext.configure(connection).get_current_heads()
    if not known.issuperset(now):
        log.warning("the database is of a newer version; used as it is", schema=", ".join(now))
        return
    command.upgrade(config, target)
