"""``--json``: every verb that prints data has it, and what it prints is one JSON document."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from typer.testing import CliRunner, Result

from headway.cli.main import app
from headway.cli.place import Place
from headway.client.http import HeadwayClient
from tests.cli.test_help import command_of, verbs
from tests.cli.top_service import ended, job

# They print no data, or nothing but JSON.
WITHOUT = {"serve", "top", "demo", "completion", "engine prepare", "history export"}

Run = Callable[..., Result]


@pytest.mark.parametrize("path", list(verbs()), ids=" ".join)
def test_a_verb_that_prints_data_can_print_json(path: tuple[str, ...]) -> None:
    has_json = any("--json" in param.opts for param in command_of(path).params)
    assert has_json is (" ".join(path) not in WITHOUT)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command against a service that answers by method and end of the path; keeps what was asked."""

    def run_with(said: dict[str, Any], *words: str) -> Result:
        def answer(request: httpx2.Request) -> httpx2.Response:
            asked.append(str(request.url))
            return httpx2.Response(200, json=said[f"{request.method} {request.url.path.rsplit('/', 1)[-1]}"])

        def client(_: Place) -> HeadwayClient:
            return HeadwayClient("http://service", "p1", "secret", transport=httpx2.MockTransport(answer))

        asked: list[str] = []
        monkeypatch.setattr(Place, "client", client)
        done = CliRunner().invoke(app, ["--home", str(tmp_path / "home"), *words])
        done.asked = asked  # type: ignore[attr-defined]
        return done

    return run_with


def test_jobs_are_a_list_and_filters_go_to_the_service(run: Run) -> None:
    words = ("--status", "failed", "--status", "CANCELLED", "--queue", "q", "--owner", "eve", "--search", "x")
    done = run({"GET jobs": {"total": 1, "jobs": [ended("a1", "FAILED")]}}, "jobs", *words, "--json")
    assert [each["job_id"] for each in json.loads(done.stdout)] == ["a1"]
    query = "limit=20&offset=0&status=FAILED&status=CANCELLED&queue=q&owner=eve&search=x"
    assert done.asked == [f"http://service/api/v1/p1/jobs?{query}"]  # type: ignore[attr-defined]


def test_show_cancel_and_history_clear(run: Run) -> None:
    shown = json.loads(run({"GET a1": ended("a1")}, "show", "a1", "--json").stdout)
    assert shown["result"]["row_count"] == 1_234
    done = run(
        {"DELETE a1": job("a1", "CANCELLING"), "GET a1": ended("a1", "CANCELLED")}, "cancel", "a1", "--json"
    )
    assert (done.exit_code, json.loads(done.stdout)["state"], done.stderr) == (0, "CANCELLED", "")
    assert json.loads(run({"DELETE history": {"deleted": 3}}, "history", "clear", "--json").stdout) == {
        "deleted": 3
    }


def test_a_cancel_that_came_too_late_fails_and_is_still_told(run: Run) -> None:
    done = run({"DELETE a1": job("a1", "CANCELLING"), "GET a1": ended("a1")}, "cancel", "a1", "--json")
    assert (done.exit_code, json.loads(done.stdout)["state"]) == (1, "FINISHED")


def test_engine_status_and_stop(run: Run) -> None:
    said = {"state": "READY", "started_at": 1_790_000_000_000, "pid": 7}
    assert json.loads(run({"GET engine": said}, "engine", "status", "--json").stdout)["pid"] == 7
    stopped = run({"POST stop": {"state": "STOPPED"}}, "engine", "stop", "--json")
    assert json.loads(stopped.stdout)["state"] == "STOPPED"


def test_engine_restart_and_scale_tell_the_engine_that_is_ready_then(run: Run) -> None:
    there = {"GET engine": {"state": "READY", "size": {"cores": 2, "memory": "2g", "executors": None}}}
    done = run({"POST restart": {"state": "STARTING"}, **there}, "engine", "restart", "--json")
    assert (done.exit_code, json.loads(done.stdout)["state"]) == (0, "READY")
    scaled = run({"POST scale": {"state": "STARTING"}, **there}, "engine", "scale", "--cores", "2", "--json")
    assert json.loads(scaled.stdout)["size"] == {"cores": 2, "memory": "2g", "executors": None}
    failed = run({"POST scale": {"state": "FAILED", "text": "no memory"}}, "engine", "scale")
    assert failed.exit_code == 1
    assert "no memory" in failed.stdout


def test_projects(run: Run) -> None:
    made = json.loads(run({}, "project", "add", "reports", "--json").stdout)
    assert set(made) >= {"project_id", "user_name", "access_key", "secret_key", "token"}
    assert json.loads(run({}, "project", "list", "--json").stdout)[-1] == "reports"


def test_doctor_gives_every_check_with_its_level(run: Run) -> None:
    said = {"GET healthz": {}, "GET readyz": {}, "GET engine": {"state": "READY"}}
    done = run(said, "doctor", "--json")
    checks = {each["name"]: each for each in json.loads(done.stdout)}
    assert {"java", "memory", "disk", "service"} <= set(checks)
    assert done.exit_code == (1 if any(each["level"] == "FAIL" for each in checks.values()) else 0)
