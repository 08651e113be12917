"""The magics in a real Jupyter kernel, against a real service on real Spark."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests.service_process import ServiceProcess

CROSS_JOIN = "select count(*) from range(0, 1000000, 1, 40) a cross join range(0, 1000000) b"
SLOW = "select sum(hash(id) % 7) from range(0, 120000000, 1, 16)"


class Kernel(NotebookClient):
    """A notebook whose every message is kept: the file keeps only the last picture of a display."""

    def __init__(self) -> None:
        super().__init__(nbformat.v4.new_notebook(), timeout=120)
        self.messages: list[dict[str, Any]] = []

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        self.messages.append(msg)
        return super().process_message(msg, cell, cell_index)

    async def run(self, source: str) -> Any:
        """Run a cell and give it with its outputs."""
        self.messages.clear()
        self.nb.cells.append(nbformat.v4.new_code_cell(source))
        at = len(self.nb.cells) - 1
        return await self.async_execute_cell(self.nb.cells[at], at)

    async def fails(self, source: str) -> str:
        """Run a cell that fails and give what it shows."""
        with pytest.raises(CellExecutionError):
            await self.run(source)
        (error,) = (each for each in self.nb.cells[-1].outputs if each.output_type == "error")
        return re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error.traceback))

    def pictures(self, kind: str) -> list[str]:
        """Give what the cell's displays showed, one picture after the other."""
        shown = ("display_data", "update_display_data")
        return [each["content"]["data"][kind] for each in self.messages if each["msg_type"] in shown]


def plain(cell: Any) -> str:
    """Give what a cell returned, as text."""
    (result,) = (each for each in cell.outputs if each.output_type == "execute_result")
    return str(result.data["text/plain"])


@pytest.fixture(scope="module")
async def kernel(service: ServiceProcess) -> AsyncIterator[Kernel]:
    kernel = Kernel()
    async with kernel.async_setup_kernel(env=service.environment):
        await kernel.run("%load_ext headway")
        yield kernel


async def test_rows_are_shown_as_a_table_and_kept_in_a_variable(kernel: Kernel) -> None:
    cell = await kernel.run(
        "%%headway --output frame --limit 2\n"
        "-- comment; not an end\n"
        "select id, if(id = 0, '<b>&', null) as html from range(3) order by id"
    )
    (result,) = (each for each in cell.outputs if each.output_type == "execute_result")
    shown = result.data["text/html"]
    assert "&lt;b&gt;&amp;" in shown
    assert "<b>" not in shown
    assert "bigint" in shown
    assert "the first 2 of 3 rows" in shown
    assert result.data["text/plain"].splitlines()[0].split() == ["id", "html"]
    (outcome,) = (each for each in cell.outputs if each.output_type == "display_data")
    assert outcome.data["text/plain"].startswith("FINISHED 3 rows in ")
    assert " · job " in outcome.data["text/plain"]
    assert plain(await kernel.run("frame.id.tolist(), type(frame).__module__[:6], len(_)")) == (
        "([0, 1, 2], 'pandas', 3)"
    )


async def test_a_bar_moves_while_a_job_runs(kernel: Kernel) -> None:
    await kernel.run(f"%headway {SLOW}")
    bars = [each for each in kernel.pictures("text/html") if "progressbar" in each]
    lines = [each for each in kernel.pictures("text/plain") if each[0] in "━╍─"]
    assert len(bars) == len(lines) >= 3
    assert any("running" in each and "%" in each for each in bars)
    updates = [each for each in kernel.messages if each["msg_type"] == "update_display_data"]
    assert len({each["content"]["transient"]["display_id"] for each in updates}) == 1
    assert kernel.pictures("text/plain")[-1].startswith("FINISHED")


async def test_statements_of_a_cell_run_in_order_and_hold_for_later_cells(kernel: Kernel) -> None:
    cell = await kernel.run(
        "%%headway\ncreate database if not exists notebook; use notebook;\n"
        "select 1 as first; select current_schema()"
    )
    assert "first" in cell.outputs[-3].data["text/plain"]
    assert plain(cell).splitlines()[-1] == "notebook"
    assert plain(await kernel.run("%headway select current_schema()")).splitlines()[-1] == "notebook"
    moved = await kernel.run("%headway --database default select current_schema()")
    assert plain(moved).splitlines()[-1] == "default"


async def test_values_come_from_a_variable_and_frames_of_any_kind(kernel: Kernel) -> None:
    await kernel.run('values = ["it\'s", None]')
    await kernel.run(
        "%headway --params values --output table --as arrow select ? as a, ? as b, '{x} $y' as c"
    )
    assert plain(await kernel.run("table.to_pylist()")) == "[{'a': \"it's\", 'b': None, 'c': '{x} $y'}]"
    await kernel.run("%headway --output rows --as polars select 7 as n")
    assert plain(await kernel.run("rows['n'].to_list()")) == "[7]"


async def test_an_error_shows_its_place_and_nothing_else(kernel: Kernel) -> None:
    shown = await kernel.fails("%%headway\nselect id,\n  nope\nfrom range(3)")
    assert "UNRESOLVED_COLUMN" in shown
    lines = shown.splitlines()
    assert lines[-2:] == ["  2 |   nope", "    |   ^^^^"]
    assert "Traceback" not in shown
    assert kernel.pictures("text/plain")[-1].startswith("FAILED after ")


async def test_wrong_options_are_told(kernel: Kernel) -> None:
    assert "--queue NAME" in await kernel.fails("%headway --nope 1 select 1")
    assert "there is no variable nowhere" in await kernel.fails("%headway --params nowhere select ?")
    assert "gives no rows" in await kernel.fails("%headway --output x create database if not exists notebook")


async def test_interrupting_the_kernel_cancels_the_job(kernel: Kernel, service: ServiceProcess) -> None:
    async def interrupt() -> None:
        while not any("running" in each for each in kernel.pictures("text/plain")):
            await asyncio.sleep(0.05)
        await kernel.km.interrupt_kernel()

    shown, _ = await asyncio.gather(kernel.fails(f"%%headway\n{CROSS_JOIN}"), interrupt())
    assert "CANCELLED: cancelled by user · job " in shown
    job = service.project().job(shown.rpartition(" ")[2])
    assert (job["state"], job["reason"]) == ("CANCELLED", "cancelled by user")
    assert plain(await kernel.run("%headway select 41 + 1 as n")).splitlines()[-1].strip() == "42"


async def test_a_connection_of_ones_own_is_used(kernel: Kernel) -> None:
    await kernel.run("import headway; mine = headway.connect(database='notebook', tags={'by': 'me'})")
    assert plain(await kernel.run("%headway --connection mine select 2 as n")).splitlines()[-1].strip() == "2"
    where = await kernel.run("%headway")
    assert "database notebook, queue default" in where.outputs[0].data["text/plain"]
