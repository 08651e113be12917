"""SQLAlchemy's expressions -> Spark SQL."""

import re
from typing import Any

from sqlalchemy import exc
from sqlalchemy.sql import compiler
from sqlalchemy.types import TypeEngine

from headway.dbapi.literals import literal


class SparkIdentifiers(compiler.IdentifierPreparer):
    """Names between backticks, wherever Spark could not read them bare."""

    legal_characters = re.compile(r"^[A-Z0-9_]+$", re.IGNORECASE)

    def __init__(self, dialect: Any, **_: Any) -> None:
        super().__init__(dialect, initial_quote="`", final_quote="`", escape_quote="`")


class SparkCompiler(compiler.SQLCompiler):
    """Queries and changes of rows."""

    def limit_clause(self, select: Any, **kw: Any) -> str:
        """Write LIMIT and OFFSET; Spark takes either alone."""
        text = ""
        if select._limit_clause is not None:
            text += f"\n LIMIT {self.process(select._limit_clause, **kw)}"
        if select._offset_clause is not None:
            text += f"\n OFFSET {self.process(select._offset_clause, **kw)}"
        return text

    def render_literal_value(self, value: Any, type_: TypeEngine[Any]) -> str:
        """Write a value that is to stand in the statement itself, as every parameter does in the end."""
        process = type_._cached_bind_processor(self.dialect)
        return literal(value if process is None else process(value))

    def for_update_clause(self, select: Any, **_: Any) -> str:
        """Refuse to promise a lock."""
        raise exc.CompileError("Spark has no SELECT … FOR UPDATE")


class SparkDDL(compiler.DDLCompiler):
    """Tables without constraints: Spark's own tables have none and would refuse them."""

    def create_table_constraints(
        self, table: Any, _include_foreign_key_constraints: Any = None, **_: Any
    ) -> str:
        """Write none."""
        return ""

    def visit_create_index(
        self, create: Any, include_schema: bool = False, include_table_schema: bool = True, **_: Any
    ) -> str:
        """Refuse: there are no indexes."""
        raise exc.CompileError("Spark has no indexes")


class SparkTypes(compiler.GenericTypeCompiler):
    """SQLAlchemy's types by Spark's names."""

    def visit_VARCHAR(self, type_: Any, **_: Any) -> str:
        """Write a text that is bounded when a length is given."""
        return f"VARCHAR({type_.length})" if type_.length else "STRING"

    visit_NVARCHAR = visit_VARCHAR

    def visit_TEXT(self, type_: Any, **_: Any) -> str:
        """Write a text."""
        return "STRING"

    visit_CLOB = visit_NCLOB = visit_TEXT

    def visit_INTEGER(self, type_: Any, **_: Any) -> str:
        """Write 32 bits."""
        return "INT"

    def visit_FLOAT(self, type_: Any, **_: Any) -> str:
        """Write 64 bits, which Python's float has; Spark's FLOAT has 32."""
        return "DOUBLE"

    visit_DOUBLE_PRECISION = visit_DOUBLE = visit_FLOAT

    def visit_REAL(self, type_: Any, **_: Any) -> str:
        """Write 32 bits."""
        return "FLOAT"

    def visit_NUMERIC(self, type_: Any, **_: Any) -> str:
        """Write a decimal; Spark's default of (10, 0) would cut what is behind the point."""
        if type_.precision is None:
            return "DECIMAL(38, 18)"
        return f"DECIMAL({type_.precision}, {type_.scale or 0})"

    visit_DECIMAL = visit_NUMERIC

    def visit_DATETIME(self, type_: Any, **_: Any) -> str:
        """Write a moment, or a reading of a clock when no zone is asked for."""
        return "TIMESTAMP" if type_.timezone else "TIMESTAMP_NTZ"

    visit_TIMESTAMP = visit_DATETIME

    def visit_BLOB(self, type_: Any, **_: Any) -> str:
        """Write bytes."""
        return "BINARY"

    visit_BINARY = visit_VARBINARY = visit_BLOB
