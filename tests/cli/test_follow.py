"""A job is followed through everything that passes: monitoring, the store, the service itself."""

import io
import json
from collections.abc import Iterator

import httpx2
import pytest
from rich.console import Console

from headway.cli.display import Display
from headway.client import follow as following
from headway.client.errors import Busy, Refused, Unreachable
from headway.client.follow import follow
from headway.client.http import HeadwayClient
from headway.client.seen import read_progress

RUNNING = {
    "job_id": "j1",
    "state": "RUNNING",
    "status": "RUNNING",
    "statement": "select 1",
    "submitted_at": 1,
}
FINISHED = RUNNING | {"state": "FINISHED", "status": "FINISHED"}
STORE_AWAY = httpx2.Response(503, json={"error_code": "StoreUnavailable", "error_msg": "The store is away"})
NO_PROGRESS = httpx2.Response(503, json={"error_code": "ProgressUnavailable", "error_msg": "busy"})
THROTTLED = httpx2.Response(429, json={"error_code": "APIGW.0308", "error_msg": "too many requests"})
GONE = httpx2.ReadError("reset")

Said = httpx2.Response | BaseException


def client_of(said: Iterator[Said]) -> HeadwayClient:
    """A service that says this, one thing after the other, whatever it is asked."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        each = next(said)
        if isinstance(each, BaseException):
            raise each
        return each

    return HeadwayClient("http://service", "p1", "secret", transport=httpx2.MockTransport(answer))


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.setattr(following, "RETRY_SECONDS", 0.0)
    return Console(file=io.StringIO(), width=200)


def followed(console: Console, *said: Said) -> str:
    with Display(console, "select 1") as display:
        return follow(client_of(iter(said)), "j1", display).state


def ended() -> httpx2.Response:
    return httpx2.Response(200, json=FINISHED)


def running() -> httpx2.Response:
    return httpx2.Response(200, json=RUNNING)


def progress(state: str, **more: object) -> httpx2.Response:
    return httpx2.Response(200, json={"job_id": "j1", "state": state, "phase": "running", **more})


SKEW = {"kind": "skew", "severity": "warning", "text": "One task holds the rest"}


def test_a_store_that_is_away_for_a_moment_is_waited_for(console: Console) -> None:
    assert (
        followed(console, STORE_AWAY, STORE_AWAY, NO_PROGRESS, STORE_AWAY, NO_PROGRESS, ended()) == "FINISHED"
    )
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert text.count("The store is away. Waiting for it to come back") == 1


def test_a_service_that_is_away_or_asks_for_a_pause_is_waited_for(console: Console) -> None:
    said = (GONE, NO_PROGRESS, running(), THROTTLED, GONE, GONE, NO_PROGRESS, ended())
    assert followed(console, *said) == "FINISHED"


@pytest.mark.parametrize(("said", "error"), [(STORE_AWAY, Busy), (GONE, Unreachable)])
def test_patience_has_an_end(
    console: Console, monkeypatch: pytest.MonkeyPatch, said: Said, error: type[Exception]
) -> None:
    monkeypatch.setattr(following, "PATIENCE_SECONDS", 0.02)
    with pytest.raises(error):
        followed(console, *[said] * 100_000)


def test_a_job_that_is_not_there_is_not_waited_for(console: Console) -> None:
    body = {"error_code": "NotFound", "error_msg": "There is no job named j1"}
    with pytest.raises(Refused, match="no job named j1"):
        followed(console, httpx2.Response(404, json=body))


def test_the_end_that_progress_tells_is_looked_up_in_the_job(console: Console) -> None:
    said = (progress("RUNNING"), progress("FINISHED"), THROTTLED, progress("FINISHED"), ended())
    assert followed(console, *said) == "FINISHED"


def screen() -> Console:
    return Console(file=io.StringIO(), width=100, force_terminal=True, _environ={"TERM": "xterm"})


def test_the_picture_is_wiped_and_its_warnings_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "RETRY_SECONDS", 0.0)
    console = screen()
    followed(console, progress("RUNNING"), progress("FINISHED", findings=[SKEW]), ended())
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "select 1" in text
    assert text.rstrip().endswith("warning: One task holds the rest\x1b[0m")


def test_a_picture_of_a_job_that_is_interrupted_leaves_nothing() -> None:
    console = screen()
    said = (progress("RUNNING", findings=[SKEW]), KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        followed(console, *said)
    last = console.file.getvalue().rsplit("\x1b[2K", 1)[-1]  # type: ignore[attr-defined]
    assert "warning" not in last


def test_a_job_that_was_begun_before_is_shown_with_its_own_time(console: Console) -> None:
    with Display(console, "select 1", since=3_600) as display:
        display.show(read_progress(json.loads(progress("RUNNING").content)))
    assert "[1:00:00] running" in console.file.getvalue()  # type: ignore[attr-defined]
