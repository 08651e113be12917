"""``%headway`` and ``%%headway``: SQL of a cell as jobs, one after the other, with a live bar."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from headway.client.errors import Unreachable
from headway.dbapi import Connection, Cursor, Error, connect
from headway.dbapi.errors import translated
from headway.jobs.splitter import split_statements
from headway.notebook.failure import CellFailed, CellInterrupted
from headway.notebook.live import LiveJob, NotebookCanvas, TerminalCanvas, show
from headway.notebook.options import HELP, Options, WrongOption, read_options
from headway.notebook.result import Result

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


@magics_class
class HeadwayMagics(Magics):
    """The magics of one shell, which share a connection: USE and SET of a cell hold for the next ones."""

    def __init__(self, shell: "InteractiveShell") -> None:
        super().__init__(shell)
        self._connection: Connection | None = None
        self._is_given = False  # by the user, who then knows where the service is

    # Without IPython's own replacement of {names} and $names: SQL has both.
    @no_var_expand
    @line_cell_magic
    def headway(self, line: str, cell: str | None = None) -> Result | None:
        """Run SQL on Headway; give the last statement's rows."""
        try:
            options = read_options(line)
            statements = [each.text for each in split_statements(f"{options.sql}\n{cell or ''}")]
            connection = self._connected(options)
            if not statements:
                if cell is not None or not line.strip():
                    show({"text/plain": f"{_where(connection)}\n{HELP}"}, raw=True)
                return None
            return self._run_all(connection, statements, options)
        except (WrongOption, Error) as error:
            raise CellFailed(str(error)) from error

    def _connected(self, options: Options) -> Connection:
        if options.connection is not None:
            given = self._variable(options.connection)
            if not isinstance(given, Connection):
                raise WrongOption(f"{options.connection} is not what headway.connect() gives")
            self._connection, self._is_given = given, True
        if self._connection is None:
            self._connection = connect()
        if options.queue is not None:
            self._connection.queue = options.queue
        if options.database is not None:
            self._connection.database = options.database
        return self._connection

    def _run_all(self, connection: Connection, statements: Sequence[str], options: Options) -> Result | None:
        values = None if options.params is None else cast("Sequence[object]", self._variable(options.params))
        if values is not None and len(statements) > 1:
            raise WrongOption("--params is for a cell with one statement")
        result: Result | None = None
        for at, statement in enumerate(statements, 1):
            result = self._run(connection, statement, values, options.limit)
            if result is not None and at < len(statements):
                show(result)
        if options.output is not None:
            if result is None:
                raise CellFailed(f"--output {options.output}: the last statement gives no rows")
            self._keep(options.output, result, options.kind)
        return result

    def _run(
        self, connection: Connection, statement: str, values: Sequence[object] | None, limit: int
    ) -> Result | None:
        live = LiveJob(NotebookCanvas() if self._is_notebook() else TerminalCanvas())
        cursor = connection.cursor(live)
        try:
            cursor.execute(statement, values)
        except KeyboardInterrupt as error:
            raise CellInterrupted(_end(live, cursor, "interrupted")) from error
        except Error as error:
            _end(live, cursor, str(error).partition("\n")[0])
            self._look_for_the_service(connection, error)
            raise
        _end(live, cursor, "")
        job = cursor.job
        if job is None or cursor.description is None:
            return None
        with translated():
            return Result(job, connection.client.page(job.job_id, limit=limit, as_text=True), connection)

    def _look_for_the_service(self, connection: Connection, error: Error) -> None:
        """Let the next cell find a service that was started again elsewhere, with what cells have set."""
        if isinstance(error.__cause__, Unreachable) and not self._is_given:
            self._connection = connect(
                queue=connection.queue, database=connection.database, conf=connection.conf
            )

    def _keep(self, name: str, result: Result, kind: str) -> None:
        frames = {"pandas": result.to_pandas, "polars": result.to_polars, "arrow": result.to_arrow}
        self._variables[name] = frames[kind]()

    def _variable(self, name: str) -> object:
        try:
            return self._variables[name]
        except KeyError as error:
            raise WrongOption(f"there is no variable {name}") from error

    def _is_notebook(self) -> bool:
        return hasattr(self.shell, "kernel")

    @property
    def _variables(self) -> dict[str, object]:
        names: dict[str, object] = {} if self.shell is None else self.shell.user_ns
        return names


def _end(live: LiveJob, cursor: Cursor, otherwise: str) -> str:
    """Draw how the statement ended, and say it."""
    job = cursor.job
    if job is None:
        if cursor.job_id is not None:
            live.lost(otherwise)
        return otherwise
    live.end(job)
    return f"{job.state}: {job.reason or 'the job may still run'} · job {job.job_id}"


def _where(connection: Connection) -> str:
    client = connection.client
    return f"{client.endpoint}, database {connection.database}, queue {connection.queue}"
