"""``headway top`` in a terminal that a test holds, against a service that says what it wants."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from headway.cli.top import feed
from headway.cli.top.app import Top
from tests.cli.screen import line_with, lines_of, seen, shows
from tests.cli.top_service import START, Service, advance, ended, job

LONG = "SELECT l_shipmode, count(*) FROM lineitem GROUP BY l_shipmode"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(feed, "HEAD_SECONDS", 0.05)


@asynccontextmanager
async def top(service: Service, width: int = 80, height: int = 24) -> AsyncIterator[tuple[Top, Pilot[None]]]:
    app = Top(service.watcher())
    async with app.run_test(size=(width, height), notifications=True) as pilot:
        await shows(app, "headway", "● ")
        yield app, pilot


def order(app: Top, *statements: str) -> list[str]:
    """Give which of the statements stand in the table, from above."""
    return [each for line in lines_of(app)[5:] for each in statements if line.endswith(each)]


async def test_a_small_terminal_shows_engine_queues_jobs_and_how_far_they_are() -> None:
    service = Service(job("a1", statement=LONG), job("b2", "QUEUED"), ended("c3"))
    async with top(service) as (app, _):
        await shows(app, "● live")
        service.tell("progress", advance("a1", 0.42))
        await shows(app, "RUNNING", "42%", "42 s", "SELECT l_shipmode")
        assert line_with(app, "engine", "READY", "3/4 cores", "Spark 4.3.0")
        assert line_with(app, "queue", "default", "2/4 running, 3 waiting")
        assert line_with(app, "FINISHED", "1,234 rows")
        assert len(lines_of(app)) == 24
        assert max(len(line) for line in lines_of(app)) <= 80


async def test_a_wide_terminal_shows_ids_queues_and_owners_too() -> None:
    async with top(Service(job("a1", queue_name="nightly", owner="eve", statement=LONG)), width=160) as (
        app,
        _,
    ):
        await shows(app, "RUNNING", "a1", "nightly", "eve", LONG)


async def test_what_happens_is_shown_by_events_alone() -> None:
    service = Service(job("a1", statement="first"))
    async with top(service) as (app, _):
        await shows(app, "● live")
        asked = service.asked.count("GET /jobs?limit=150")
        service.tell("job", job("b2", "QUEUED", "second", submitted_at=START + 1))
        await shows(app, "QUEUED", "second")
        service.tell(
            "job", ended("a1", "FAILED", statement="first", error={"message": "", "error_class": "X_Y"})
        )
        await shows(app, "FAILED", "X_Y", "first")
        await seen(app, lambda: order(app, "first", "second") == ["second", "first"])
        assert service.asked.count("GET /jobs?limit=150") == asked


async def test_a_service_that_goes_away_is_waited_for() -> None:
    service = Service(job("a1", statement="alpha"))
    async with top(service) as (app, _):
        await shows(app, "● live")
        await shows(app, "queue", "default")
        before = lines_of(app)
        service.go_away()
        await shows(app, "● away")
        await shows(app, "waiting for the service to come back")
        assert line_with(app, "RUNNING", "alpha"), "what was seen last stays"
        assert [at for at, line in enumerate(lines_of(app)) if "alpha" in line] == [
            at for at, line in enumerate(before) if "alpha" in line
        ]
        service.is_away = False
        service.jobs["b2"] = job("b2", statement="meanwhile")
        await shows(app, "● live")
        await shows(app, "RUNNING", "meanwhile")
        assert not line_with(app, "waiting for the service")


async def test_without_events_the_list_is_asked_for_again_and_again() -> None:
    service = Service(job("a1", statement="first"))
    service.has_events = False
    async with top(service) as (app, _):
        await shows(app, "● polling")
        service.jobs["a1"] = ended("a1", statement="first")
        await shows(app, "FINISHED", "first")


async def test_why_progress_is_not_known_is_said_until_it_is() -> None:
    service = Service(job("a1"))
    async with top(service) as (app, _):
        await shows(app, "● live")
        service.tell("unavailable", {"reason": "Spark's monitoring is slow"})
        await shows(app, "Spark's monitoring is slow")
        service.tell("progress", advance("a1", 0.5))
        await seen(app, lambda: not line_with(app, "is slow"))


async def test_a_job_is_cancelled_after_a_question() -> None:
    service = Service(job("a1", statement="first"))
    async with top(service) as (app, pilot):
        await shows(app, "RUNNING", "first")
        await pilot.press("c")
        await shows(app, "Cancel job a1?")
        await pilot.press("n")
        await seen(app, lambda: not line_with(app, "Cancel job"))
        await pilot.press("c")
        await shows(app, "Cancel job a1?")
        assert "DELETE /jobs/a1" not in service.asked
        await pilot.press("y")
        await shows(app, "CANCELLING", "first")
        assert service.asked.count("DELETE /jobs/a1") == 1


async def test_a_cancel_that_is_refused_is_said() -> None:
    service = Service(job("a1"))
    async with top(service, width=120) as (app, pilot):
        await shows(app, "RUNNING")
        service.refuses_to_cancel = True
        await pilot.press("c", "y")
        await shows(app, "a1 has ended")


async def test_search_filter_and_order() -> None:
    service = Service(
        job("a1", statement="load lines"),
        ended("b2", statement="count Lines", ended_at=START + 5_000),
        ended("c3", "FAILED", statement="other", ended_at=START + 6_000),
    )
    async with top(service) as (app, pilot):
        await shows(app, "FAILED", "other")
        names = ("load lines", "count Lines", "other")
        await seen(app, lambda: order(app, *names) == ["load lines", "other", "count Lines"])
        await pilot.press("s", "s")
        await shows(app, "longest first")
        await pilot.press("slash", *"LINES", "enter")
        await shows(app, "2 jobs", "with 'LINES'")
        await seen(app, lambda: sorted(order(app, *names)) == ["count Lines", "load lines"])
        await pilot.press("f", "f")
        await shows(app, "1 job ", "finished only")
        await seen(app, lambda: order(app, *names) == ["count Lines"])
        assert "GET /jobs?limit=150&status=FINISHED&search=LINES" in service.asked
        await pilot.press("escape")
        await shows(app, "3 jobs")
        await seen(app, lambda: len(order(app, *names)) == 3)


async def test_the_cursor_stays_with_its_job_when_others_come() -> None:
    service = Service(job("a1", statement="first"), job("b2", statement="second", submitted_at=START - 1))
    async with top(service) as (app, pilot):
        await shows(app, "● live")
        await shows(app, "RUNNING", "second")
        await pilot.press("down")
        service.tell("job", job("c3", statement="third", submitted_at=START + 1))
        await shows(app, "RUNNING", "third")
        await pilot.press("c")
        await shows(app, "Cancel job b2?")


async def test_many_jobs_can_be_walked_through() -> None:
    service = Service(*(ended(f"j{at}", statement=f"job {at:03}", ended_at=START + at) for at in range(150)))
    async with top(service) as (app, pilot):
        await shows(app, "job 149")
        await pilot.press("end")
        await shows(app, "job 000")
        assert all(line.startswith("FINISHED") for line in lines_of(app)[5:-1]), "nothing is cut on the left"
        service.tell("job", job("new", statement="newest"))
        await shows(app, "151 jobs")
        await shows(app, "job 000")


async def test_ctrl_c_and_q_quit() -> None:
    for key in ("q", "ctrl+c"):
        async with top(Service()) as (app, pilot):
            await pilot.press(key)
        assert app.return_code == 0


async def test_help_tells_the_keys() -> None:
    async with top(Service()) as (app, pilot):
        await pilot.press("question_mark")
        await shows(app, "cancel it, after a question")
        await pilot.press("escape")
        await seen(app, lambda: not line_with(app, "after a question"))


async def test_no_color_means_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with top(Service(job("a1"), ended("b2", "FAILED"))) as (app, _):
        await shows(app, "FAILED")
        drawn = [
            segment.style
            for strip in app.screen._compositor.render_strips()
            for filter_ in app._filters
            if filter_.enabled
            for segment in strip.apply_filter(filter_, app.screen.styles.background)
        ]
        colours = {
            colour.name for style in drawn if style for colour in (style.color, style.bgcolor) if colour
        }
        assert colours == {"default"}


async def test_foreign_text_is_no_markup_and_steers_nothing() -> None:
    service = Service(job("a1", statement="[red]\x1b[2J[/nope]"))
    service.engine |= {"text": "[b]\x07"}
    async with top(service, width=120) as (app, pilot):
        await shows(app, r"[red]\x1b[2J[/nope]")
        await shows(app, r"[b]\x07")
        await pilot.press("c")
        await shows(app, "Cancel job a1?")
        assert line_with(app, r"[red]\x1b[2J[/nope]")
