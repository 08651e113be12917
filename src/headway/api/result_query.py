"""What a caller may ask of a result: which rows, and in which form."""

from enum import StrEnum

from pydantic import BaseModel, Field

from headway.jobs.errors import InvalidRequest

PAGE_ROWS = 1_000
PAGE_MOST = 10_000


class ResultFormat(StrEnum):
    """How rows are sent: ``json`` is a page that says what it is, ``records`` one array of objects."""

    ARROW = "arrow"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    RECORDS = "records"


class Cells(StrEnum):
    """How the cells of a JSON page look: JSON's own kinds, or the text that Spark shows."""

    NATIVE = "native"
    TEXT = "text"


class ResultQuery(BaseModel):
    """The rows that are wanted; every answer stands alone, so parts may be read in any order or at once."""

    format: ResultFormat = ResultFormat.ARROW
    cells: Cells = Field(Cells.NATIVE, description="of JSON: its own kinds of values, or Spark's text")
    offset: int = Field(
        0, ge=0, description="rows to pass over; beyond the last row nothing is left, no error"
    )
    limit: int | None = Field(
        None, ge=0, description=f"rows at most; unset: all, as JSON {PAGE_ROWS:,} of at most {PAGE_MOST:,}"
    )

    def most_rows(self) -> int | None:
        """Give how many rows are wanted at most, ``None`` for all; raises ``InvalidRequest``."""
        if self.format is not ResultFormat.JSON:
            return self.limit
        if self.limit is not None and self.limit > PAGE_MOST:
            others = "format=arrow, csv, parquet or records"
            raise InvalidRequest("limit", f"at most {PAGE_MOST:,} rows as JSON; take {others} for more")
        return PAGE_ROWS if self.limit is None else self.limit
