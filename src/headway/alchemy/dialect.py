"""The dialect itself: what Spark behind Headway can, said as SQLAlchemy asks for it."""

from types import ModuleType
from typing import Any

from sqlalchemy import exc
from sqlalchemy.engine import Connection, default
from sqlalchemy.engine.url import URL
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.compiler import IdentifierPreparer

from headway.alchemy.compiler import SparkCompiler, SparkDDL, SparkIdentifiers, SparkTypes
from headway.alchemy.types import type_of
from headway.dbapi.errors import Error

_NOT_THERE = ("TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND")


class HeadwayDialect(default.DefaultDialect):
    """``headway:///DATABASE`` here; ``headway://:TOKEN@HOST:PORT/DATABASE?project=ID``: another.

    Behind the question mark also ``queue``, ``home`` and ``secure=true`` (https). Every statement is a job
    and takes effect at once; there are no transactions, keys, indexes, or values that the database makes.
    """

    name = driver = "headway"
    statement_compiler = SparkCompiler
    ddl_compiler = SparkDDL
    type_compiler_cls = SparkTypes
    preparer: type[IdentifierPreparer] = SparkIdentifiers
    poolclass = NullPool  # a connection is cheap, and a USE or SET must not reach the next user of it

    default_paramstyle = "qmark"
    supports_statement_cache = True
    max_identifier_length = 255

    supports_native_boolean = True
    supports_native_decimal = True
    returns_native_bytes = True
    div_is_floordiv = False  # Spark's / of whole numbers gives a fraction
    supports_is_distinct_from = True
    supports_multivalues_insert = True
    supports_default_values = False
    supports_empty_insert = False
    supports_sequences = False
    supports_alter = False
    supports_sane_rowcount = False  # Spark does not say how many rows a change concerned
    supports_sane_multi_rowcount = False
    postfetch_lastrowid = False
    use_insertmanyvalues = False

    @classmethod
    def import_dbapi(cls) -> Any:
        """Give the DB-API module."""
        from headway import dbapi

        module: ModuleType = dbapi
        return module

    def create_connect_args(self, url: URL) -> tuple[list[Any], dict[str, Any]]:
        """Turn an address into what ``headway.dbapi.connect`` takes."""
        query = dict(url.query)
        given: dict[str, Any] = {"database": url.database or "default"}
        secure = str(query.pop("secure", "false")).lower() in ("true", "1", "yes")
        if url.host:
            port = f":{url.port}" if url.port else ""
            host = f"[{url.host}]" if ":" in url.host else url.host
            given["endpoint"] = f"{'https' if secure else 'http'}://{host}{port}"
        for name, option in (("project", "project_id"), ("queue", "queue"), ("home", "home")):
            if name in query:
                given[option] = query.pop(name)
        if token := url.password or url.username:
            given["token"] = token
        if query:
            raise exc.ArgumentError(f"a headway address has no {', '.join(sorted(query))}")
        return [], given

    def initialize(self, connection: Connection) -> None:
        """Take the connection's database for the default; nothing is asked of Spark."""
        self.default_schema_name = self._get_default_schema_name(connection)

    def _get_default_schema_name(self, connection: Connection) -> str:
        database: str = connection.connection.dbapi_connection.database  # type: ignore[union-attr]
        return database

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Do nothing: what was done took effect at once."""

    def do_ping(self, dbapi_connection: Any) -> bool:
        """Say whether the service answers."""
        return bool(dbapi_connection.client.is_alive())

    def get_isolation_level_values(self, dbapi_conn: Any) -> list[Any]:
        """Give the only one."""
        return ["AUTOCOMMIT"]

    def get_isolation_level(self, dbapi_connection: Any) -> Any:
        """Give the only one."""
        return "AUTOCOMMIT"

    def get_default_isolation_level(self, dbapi_conn: Any) -> Any:
        """Give the only one."""
        return "AUTOCOMMIT"

    def set_isolation_level(self, dbapi_connection: Any, level: Any) -> None:
        """Do nothing: it is the only one."""

    def get_schema_names(self, connection: Connection, **_: Any) -> list[str]:
        """Give the databases."""
        return [str(row[0]) for row in connection.exec_driver_sql("SHOW DATABASES")]

    def get_table_names(self, connection: Connection, schema: str | None = None, **_: Any) -> list[str]:
        """Give a database's tables, without views and what is temporary."""
        views = set(self.get_view_names(connection, schema))
        shown = connection.exec_driver_sql(f"SHOW TABLES IN {self._database(schema)}")
        return [name for _, name, is_temporary in shown if not is_temporary and name not in views]

    def get_view_names(self, connection: Connection, schema: str | None = None, **_: Any) -> list[str]:
        """Give a database's views."""
        shown = connection.exec_driver_sql(f"SHOW VIEWS IN {self._database(schema)}")
        return [str(row[1]) for row in shown if not row[2]]

    def has_table(self, connection: Connection, table_name: str, schema: str | None = None, **_: Any) -> bool:
        """Say whether there is a table or a view of this name."""
        try:
            self.get_columns(connection, table_name, schema)
        except exc.NoSuchTableError:
            return False
        return True

    def get_columns(
        self, connection: Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> Any:
        """Describe a table's columns. Whether they may be null is not told: they are said to be nullable."""
        name = f"{self._database(schema)}.{self._quoted(table_name)}"
        try:
            described = connection.exec_driver_sql(f"DESCRIBE TABLE {name}").all()
        except exc.DBAPIError as error:
            if isinstance(error.orig, Error) and error.orig.error_class in _NOT_THERE:
                raise exc.NoSuchTableError(table_name) from error
            raise
        columns = []
        for column, type_name, comment in described:
            if not type_name:  # a heading: partitions and more follow, and columns are not told twice
                break
            columns.append(
                {
                    "name": column,
                    "type": type_of(type_name),
                    "nullable": True,
                    "default": None,
                    "comment": comment,
                }
            )
        return columns

    def get_pk_constraint(
        self, connection: Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> Any:
        """Give none: Spark's tables have no keys."""
        return {"constrained_columns": [], "name": None}

    def get_foreign_keys(
        self, connection: Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> Any:
        """Give none."""
        return []

    get_indexes = get_unique_constraints = get_check_constraints = get_foreign_keys

    def _database(self, schema: str | None) -> str:
        return self._quoted(schema or self.default_schema_name or "default")

    def _quoted(self, name: str) -> str:
        return str(self.identifier_preparer.quote_identifier(name))
