"""``Cursor``: runs statements, each as a job, and hands out their rows."""

import warnings
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

import pyarrow as pa

from headway.client.arrow_rows import ArrowRows
from headway.client.errors import ClientError, Refused
from headway.client.follow import Onlooker, cancel_and_wait, follow
from headway.client.interrupt import interrupt_held
from headway.client.seen import JobSeen, ProgressSeen
from headway.dbapi.description import Described, columns_in, description_of
from headway.dbapi.errors import InterfaceError, NotSupportedError, Warning, error_of_job, translated
from headway.dbapi.markers import rendered
from headway.dbapi.rows import Rows
from headway.dbapi.values import Row
from headway.jobs.lifecycle import JobState
from headway.jobs.script import is_temporary

if TYPE_CHECKING:
    import pandas
    import polars

    from headway.dbapi.connection import Connection

_ENDED = "what this made ended with its job; no later statement sees it"


class Cursor:
    """Runs one statement at a time. Raises the errors of PEP 249.

    ``job_id``, ``progress`` and ``cancel`` may be used by another thread while ``execute`` waits. Ctrl-C
    cancels the job. Rows can be had as often as wanted: ``attach`` opens those of any job.
    """

    arraysize = 1

    def __init__(self, connection: "Connection", onlooker: Onlooker | None = None) -> None:
        self.connection = connection
        self.description: list[Described] | None = None
        self.rowcount = -1
        self._onlooker = onlooker
        self._job_id: str | None = None
        self._job: JobSeen | None = None
        self._rows: Rows | None = None
        self._is_closed = False

    def __enter__(self) -> Self:
        """Give the cursor itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def __iter__(self) -> Iterator[Row]:
        """Give the rows that are left."""
        while (row := self.fetchone()) is not None:
            yield row

    @property
    def job_id(self) -> str | None:
        """The id of the statement's job, from the moment on that the service has it."""
        return self._job_id

    @property
    def job(self) -> JobSeen | None:
        """The statement's job as it ended."""
        return self._job

    def execute(self, operation: str, parameters: Sequence[object] | None = None) -> Self:
        """Run a statement to its end, with a value for each ``?`` in it; its rows can then be fetched."""
        sql = rendered(operation, parameters)
        self._forget()
        try:
            with translated(), interrupt_held():
                self._job_id = self.connection.submit(sql).job_id
            self._finish(self._job_id)
        except KeyboardInterrupt:
            self._cancel_quietly()
            raise
        self.connection.ran(sql)
        if is_temporary(sql):
            warnings.warn(_ENDED, Warning, stacklevel=2)
        return self

    def executemany(self, operation: str, seq_of_parameters: Sequence[Sequence[object]]) -> Self:
        """Run a statement once for each set of values, a job each; one INSERT of many rows is quicker."""
        for parameters in seq_of_parameters:
            self.execute(operation, parameters)
        return self

    def attach(self, job_id: str) -> Self:
        """Wait for the end of a job that was started elsewhere or earlier; its rows can then be fetched."""
        self._forget()
        self._job_id = job_id
        self._finish(job_id)
        return self

    def cancel(self) -> None:
        """Ask for the statement to be cancelled; ``execute`` then raises ``OperationalError``."""
        with translated():
            try:
                self.connection.client.cancel(self._known_id())
            except Refused as error:
                if error.status != 409:  # it has ended
                    raise

    def progress(self) -> ProgressSeen:
        """Give how far the statement is: the estimate with its range, the remaining time, why it waits."""
        with translated():
            return self.connection.client.progress(self._known_id())

    def fetchone(self) -> Row | None:
        """Give the next row, ``None`` behind the last one."""
        return next(iter(self._open_rows().take(1)), None)

    def fetchmany(self, size: int | None = None) -> list[Row]:
        """Give the next rows, at most ``size`` (``arraysize``)."""
        return self._open_rows().take(self.arraysize if size is None else size)

    def fetchall(self) -> list[Row]:
        """Give the rows that are left."""
        return self._open_rows().take(None)

    def fetch_record_batches(self) -> pa.RecordBatchReader:
        """Give the rows that are left as Arrow batches that come while they are read: memory stays flat."""
        rows = self._open_rows()
        return pa.RecordBatchReader.from_batches(rows.schema, rows.batches())

    def fetch_arrow_table(self) -> pa.Table:
        """Give the rows that are left as one Arrow table."""
        rows = self._open_rows()
        return pa.Table.from_batches(rows.batches(), rows.schema)

    def fetch_pandas(self) -> "pandas.DataFrame":
        """Give the rows that are left as a pandas data frame."""
        frame: pandas.DataFrame = self.fetch_arrow_table().to_pandas()
        return frame

    def fetch_polars(self) -> "polars.DataFrame":
        """Give the rows that are left as a polars data frame; needs polars."""
        try:
            import polars
        except ImportError as error:
            raise NotSupportedError("polars is not installed: pip install polars") from error
        frame = polars.from_arrow(self.fetch_arrow_table())
        return frame if isinstance(frame, polars.DataFrame) else frame.to_frame()

    def close(self) -> None:
        """Let go of the rows; a job that runs goes on."""
        if not self._is_closed:
            self._forget()
            self._is_closed = True

    def setinputsizes(self, sizes: Sequence[object]) -> None:
        """Do nothing, as PEP 249 allows."""

    def setoutputsize(self, size: int, column: int | None = None) -> None:
        """Do nothing, as PEP 249 allows."""

    def _forget(self) -> None:
        if self._is_closed:
            raise InterfaceError("the cursor is closed")
        if self._rows is not None:
            self._rows.close()
        self._job_id = self._job = self._rows = self.description = None
        self.rowcount = -1

    def _finish(self, job_id: str) -> None:
        with translated():
            self._job = job = follow(self.connection.client, job_id, self._onlooker)
        if job.state is not JobState.FINISHED:
            raise error_of_job(job)
        if job.result is not None:
            self.description = description_of(job.result.schema)
            self.rowcount = -1 if self.description is None else job.result.row_count

    def _cancel_quietly(self) -> None:
        if self._job_id is None:
            return
        try:
            self._job = cancel_and_wait(self.connection.client, self._job_id)
        except ClientError as error:
            warnings.warn(f"the job {self._job_id} may still run: {error}", Warning, stacklevel=3)

    def _known_id(self) -> str:
        if self._job_id is None:
            raise InterfaceError("no statement was executed")
        return self._job_id

    def _open_rows(self) -> Rows:
        if self._is_closed:
            raise InterfaceError("the cursor is closed")
        job = self._job
        if job is None or job.result is None or self.description is None:
            raise InterfaceError("there are no rows: no statement that gives any was executed")
        if self._rows is None:
            with translated():
                source = ArrowRows(self.connection.client, job.job_id, job.result.row_count)
            self._rows = Rows(source, columns_in(job.result.schema))
        return self._rows
