"""``headway progress`` and ``timeline`` against a service that says what a test wants."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
import typer
from typer.testing import CliRunner, Result

from headway.cli.place import Place
from headway.cli.progress import progress
from headway.cli.timeline import timeline
from headway.client.http import HeadwayClient

JOB = {"job_id": "j1", "state": "RUNNING", "status": "RUNNING", "statement": "select 1", "submitted_at": 1}
DONE = JOB | {"state": "FINISHED", "status": "FINISHED", "duration_ms": 12_400}
RUNNING_PROGRESS = {
    "job_id": "j1",
    "state": "RUNNING",
    "phase": "running",
    "estimate": {
        "fraction": 0.5,
        "low": 0.25,
        "high": 0.75,
        "remaining_seconds": {"low": 8, "likely": 12, "high": 20},
        "basis": "plan",
    },
    "something_new": [1, "é"],
}
DONE_PROGRESS = {
    "job_id": "j1",
    "state": "FINISHED",
    "phase": "done",
    "estimate": {"fraction": 1},
    "totals": {"tasks": 8, "completed_tasks": 8},
    "subjobs": [{"id": 7, "status": "SUCCEEDED", "num_tasks": 8, "num_completed_tasks": 8}],
}
TIMELINE = {"job_id": "j1", "subjobs": [{"id": 7, "started_at": 1, "ended_at": 2, "stages": []}]}

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command; ``said`` is what the service answers, by the end of the path."""

    def run_with(said: dict[str, object], *arguments: str) -> Result:
        def answer(request: httpx2.Request) -> httpx2.Response:
            return httpx2.Response(200, json=said[request.url.path.rsplit("/", 1)[-1]])

        transport = httpx2.MockTransport(answer)
        monkeypatch.setattr(
            Place, "client", lambda _: HeadwayClient("http://service", "p1", "secret", transport=transport)
        )
        app = typer.Typer()
        app.command()(progress)
        app.command()(timeline)
        return CliRunner().invoke(app, arguments, obj=Place(tmp_path, None, None, None))

    return run_with


def test_a_running_job_shows_its_picture_once(run: Run) -> None:
    said = run({"j1": JOB, "progress": RUNNING_PROGRESS}, "progress", "j1")
    assert "running" in said.stdout
    assert "50% about 12 s left, 8 to 20 s" in said.stdout


def test_an_ended_job_shows_how_it_ended_and_what_it_came_to(run: Run) -> None:
    lines = run({"j1": DONE, "progress": DONE_PROGRESS}, "progress", "j1").stdout.splitlines()
    assert lines[0] == "FINISHED in 12.4 s · job j1"
    assert lines[1].split() == ["tasks", "8", "of", "8"]
    assert lines[-1].split() == ["subjob", "7", "SUCCEEDED", "8/8"]


def test_json_is_what_the_service_said(run: Run) -> None:
    said = run({"j1": JOB, "progress": RUNNING_PROGRESS}, "progress", "j1", "--json")
    assert json.loads(said.stdout) == RUNNING_PROGRESS
    drawn = run({"timeline": TIMELINE}, "timeline", "j1", "--json")
    assert json.loads(drawn.stdout) == TIMELINE


def test_following_an_ended_job_says_how_it_ended(run: Run) -> None:
    done = run({"j1": DONE, "progress": DONE_PROGRESS}, "progress", "j1", "--follow")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "FINISHED in 12.4 s · job j1\n"


def test_a_timeline_is_drawn(run: Run) -> None:
    assert "subjob 7" in run({"timeline": TIMELINE}, "timeline", "j1").stdout
