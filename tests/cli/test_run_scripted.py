"""``headway run`` and ``progress --follow`` against a service that says what a test wants."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from typer.testing import CliRunner, Result

from headway.cli import background
from headway.cli.main import app
from headway.cli.place import Place
from headway.client.http import HeadwayClient
from tests.cli.top_service import ended, job

Answer = Callable[[httpx2.Request], httpx2.Response]


def run(monkeypatch: pytest.MonkeyPatch, answer: Answer, *words: str) -> Result:
    def client(*_: object) -> HeadwayClient:
        return HeadwayClient("http://service", "p1", "secret", transport=httpx2.MockTransport(answer))

    monkeypatch.setattr(Place, "client", client)
    monkeypatch.setattr(background, "service_client", client)
    return CliRunner().invoke(app, ["--home", str(Path("/nowhere")), *words])


def progress(state: str, etag: str, **more: Any) -> dict[str, Any]:
    return {
        "job_id": "a1",
        "state": state,
        "phase": "running",
        "etag": etag,
        "estimate": {"fraction": 0.5},
        **more,
    }


def service(*said: object, end: dict[str, Any] | None = None) -> Answer:
    """Accepts a job a1; its progress is what is said, one after the other; an exception is raised."""
    following = iter(said)

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            return httpx2.Response(201, json=job("a1", "QUEUED"))
        if request.url.path.endswith("/progress"):
            each = next(following)
            if isinstance(each, BaseException):
                raise each
            return httpx2.Response(200, json=each)
        return httpx2.Response(200, json=end or ended("a1", result=None))

    return answer


TOTALS = {"input_rows": 6_000_000, "input_bytes": 1_200_000_000}


def test_the_last_line_says_what_was_read_and_how_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(monkeypatch, service(progress("FINISHED", "1", totals=TOTALS)), "run", "select 1")
    assert done.exit_code == 0
    assert done.stderr == "FINISHED in 9.00 s · 6.0M rows (1.2 GB) read, 666,667 rows/s · job a1\n"


def test_detached_prints_the_id_and_how_to_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(monkeypatch, service(), "run", "--detach", "select 1")
    assert (done.exit_code, done.stdout) == (0, "a1\n")
    assert "headway progress -f a1" in done.stderr
    quiet = run(monkeypatch, service(), "run", "-d", "-q", "select 1")
    assert (quiet.stdout, quiet.stderr) == ("a1\n", "")
    several = run(monkeypatch, service(), "run", "-d", "select 1; select 2")
    assert several.exit_code == 2


def test_a_script_that_stops_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = ended("a1", "FAILED", error={"message": "no"})
    done = run(
        monkeypatch, service(progress("FAILED", "1"), end=failed), "run", "select 1; select 2; select 3"
    )
    assert done.exit_code == 1
    assert "statement 1 of 3 did not finish; those after it were not run" in done.stderr


def test_ctrl_c_cancels_and_a_second_one_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.method)
        if request.method == "DELETE":
            return httpx2.Response(200, json=job("a1", "CANCELLING"))
        if request.method == "POST":
            return httpx2.Response(201, json=job("a1"))
        raise KeyboardInterrupt

    done = run(monkeypatch, answer, "run", "select 1")
    assert done.exit_code == 130
    assert "Cancelling job a1 … (Ctrl-C again: do not wait)" in done.stderr
    assert "not confirmed yet; see: headway show a1" in done.stderr
    assert asked == ["POST", "GET", "DELETE", "GET"]


def test_ctrl_c_while_following_leaves_the_job_and_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    said = service(progress("RUNNING", "1"), KeyboardInterrupt(), end=job("a1"))
    done = run(monkeypatch, said, "progress", "-f", "a1")
    assert done.exit_code == 130
    assert "the job goes on. Follow it again with: headway progress -f a1" in done.stderr
    assert "Cancel it with: headway cancel a1" in done.stderr


def test_following_as_json_prints_a_line_for_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [progress("RUNNING", "1"), progress("RUNNING", "1"), progress("FINISHED", "2")]
    done = run(monkeypatch, service(*said), "progress", "-f", "a1", "--json")
    assert [json.loads(line)["etag"] for line in done.stdout.splitlines()] == ["1", "2"]
    assert (done.exit_code, done.stderr) == (0, "")


def test_json_and_another_format_contradict_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, service(), "run", "--json", "--format", "csv", "select 1").exit_code == 2


def test_top_needs_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(monkeypatch, service(), "top")
    assert done.exit_code == 2
    assert "headway jobs --json" in done.stderr
