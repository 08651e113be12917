"""What a notebook shows, drawn from what the service says."""

import io
from pathlib import Path
from typing import cast

import pytest

from headway.client.seen import ColumnSeen, PageSeen, read_job, read_progress
from headway.dbapi import Connection
from headway.jobs.estimate import Remaining
from headway.notebook.bar import Bar, Line
from headway.notebook.live import LiveJob, TerminalCanvas
from headway.notebook.options import Options, WrongOption, read_options
from headway.notebook.result import Result
from tests.dbapi.scripted import a_progress

JOB = {
    "job_id": "j1",
    "state": "FINISHED",
    "status": "FINISHED",
    "statement": "select 1",
    "submitted_at": 1,
    "duration_ms": 1200,
    "result": {"row_count": 30, "byte_count": 1, "schema": {"fields": [{}]}},
}
SKEW = {"kind": "skew", "severity": "warning", "text": "<one> task has all", "stage_id": 1, "figures": {}}
TOTALS = {"tasks": 1200, "completed_tasks": 480}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_has_its_range_its_time_and_words() -> None:
    bar = Bar(read_progress(a_progress(totals=TOTALS)), 7.2, Remaining(8, 12, 20), ("warning: <x>",))
    words = "running 40% (30 to 60%) · about 12 s left, 8 to 20 s · 7.20 s · 480 of 1,200 tasks"
    assert bar.text() == f"{'━' * 7}{'╍' * 8}{'─' * 9} {words}\nwarning: <x>"
    shown = bar.html()
    assert 'role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow="40"' in shown
    assert [part.partition("%")[0] for part in shown.split("width:")[2:]] == ["60.0", "40.0", "30.0"]
    assert words in shown
    assert "warning: &lt;x&gt;" in shown


def test_a_job_that_waits_says_why() -> None:
    waiting = {"reason": "queue", "text": "Waits for room in the queue <narrow>"}
    seen = a_progress("QUEUED", phase="queued", waiting_for=waiting, estimate={"fraction": 0.0})
    bar = Bar(read_progress(seen), 0.5)
    assert bar.text() == f"{'─' * 24} queued · 0.50 s · Waits for room in the queue <narrow>"
    assert "queue &lt;narrow&gt;" in bar.html()


def test_a_terminal_gets_one_line_that_is_written_over() -> None:
    terminal = Terminal()
    live = LiveJob(TerminalCanvas(terminal))
    live.show(read_progress(a_progress(findings=[SKEW])))
    live.say("The service is away")
    live.end(read_job(JOB))
    shown = terminal.getvalue()
    assert shown.count("\r\x1b[K") == 3
    assert shown.count("\n") == 2
    assert shown.endswith("FINISHED 30 rows in 1.20 s · job j1\nwarning: <one> task has all\n")


def test_what_is_not_a_terminal_gets_the_outcome_alone() -> None:
    stream = io.StringIO()
    live = LiveJob(TerminalCanvas(stream))
    live.show(read_progress(a_progress()))
    live.end(read_job(JOB | {"state": "FAILED", "reason": "timed out"}))
    assert stream.getvalue() == "FAILED after 1.20 s: timed out · job j1\n"


def test_rows_are_escaped_and_nulls_are_seen() -> None:
    columns = (ColumnSeen("<n>", "int"), ColumnSeen("t", "string"))
    page = PageSeen(columns, (("1", "<script>"), (None, "NULL")), 0, 30)
    result = Result(read_job(JOB), page, cast("Connection", None))
    shown = result._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "&lt;n&gt;<br>" in shown
    assert shown.count(">NULL<") == 1
    assert "&#x27;NULL&#x27;" in shown
    assert shown.count("text-align:right") == 3
    assert repr(result).splitlines() == [
        " <n>  t",
        "────  ────────",
        "   1  <script>",
        "NULL  'NULL'",
        "the first 2 of 30 rows",
    ]
    assert len(result) == 30


def test_lines_are_escaped() -> None:
    assert Line("<b>")._repr_mimebundle_()["text/html"].count("&lt;b&gt;") == 1


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("", Options("")),
        ("select 'a  b' -- c", Options("select 'a  b' -- c")),
        ("--limit 5 select --1", Options("select --1", limit=5)),
        ("--database=tpch -- a comment", Options("-- a comment", database="tpch")),
        (
            '--queue "my queue" --as polars --output x',
            Options("", queue="my queue", kind="polars", output="x"),
        ),
        ("--params p --connection c select ?", Options("select ?", params="p", connection="c")),
    ],
)
def test_options_come_before_the_statement(line: str, options: Options) -> None:
    assert read_options(line) == options


@pytest.mark.parametrize(
    "line", ["--nope 1", "--limit 0", "--limit x", "--limit", "--output 1x", "--as csv", "--lim 3"]
)
def test_a_wrong_option_is_told_with_those_that_are_right(line: str) -> None:
    with pytest.raises(WrongOption, match="--queue NAME"):
        read_options(line)


def test_the_page_names_every_option() -> None:
    page = (Path(__file__).parents[2] / "docs" / "notebook.md").read_text()
    for name in ("database", "queue", "limit", "output", "as", "params", "connection"):
        assert f"| `--{name} " in page
