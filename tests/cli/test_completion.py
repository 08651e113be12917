"""Completion as shells ask for it: in a real bash, and by what zsh, fish and PowerShell send."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cli.top_service import ended, job

HEADWAY = Path(sys.executable).with_name("headway")
JOBS = [job("a1b2", statement="SELECT 1"), ended("a1c3"), job("b4")]
QUEUES = [{"name": "default", "running": 1, "waiting": 2}, {"name": "nightly", "running": 0, "waiting": 0}]


class Answers(BaseHTTPRequestHandler):
    """Lists the jobs and queues above."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        wanted = parse_qs(url.query).get("status")
        jobs = [each for each in JOBS if wanted is None or each["status"] in wanted]
        body = {"jobs": {"total": len(jobs), "jobs": jobs}, "queues": {"queues": QUEUES}}[
            url.path.rsplit("/")[-1]
        ]
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    known = {"endpoint": f"http://127.0.0.1:{server.server_port}", "project_id": "p1", "token": "secret"}
    home = tmp_path_factory.mktemp("home")
    (home / "credentials.json").write_text(json.dumps(known))
    rest = {name: value for name, value in os.environ.items() if not name.startswith("HEADWAY_")}
    path = f"{HEADWAY.parent}{os.pathsep}{rest['PATH']}"
    yield {**rest, "HEADWAY_HOME": str(home), "PATH": path}
    server.shutdown()
    thread.join()
    server.server_close()


def out(environment: dict[str, str], *command: str, **more: str) -> str:
    done = subprocess.run(
        command, env={**environment, **more}, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    return done.stdout


def bash(environment: dict[str, str], *typed: str) -> list[str]:
    """Give what bash offers for the last of the words."""
    script = """
        source <(headway completion bash)
        complete -p headway >/dev/null || exit 1
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _headway_completion headway
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    return out(environment, "bash", "--norc", "-c", script, "bash", *typed).split()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (("headway", "pro"), ["progress", "project"]),
        (("headway", "engine", "st"), ["status", "stop"]),
        (("headway", "cancel", "--j"), ["--json"]),
        (("headway", "show", "a1"), ["a1b2", "a1c3"]),
        (("headway", "cancel", ""), ["a1b2", "b4"]),
        (("headway", "run", "--queue", ""), ["default", "nightly"]),
        (("headway", "jobs", "--status", "F"), ["FINISHED", "FAILED"]),
        (("headway", "result", "a1b2", "--format", "p"), ["parquet"]),
    ],
)
def test_bash_completes(environment: dict[str, str], typed: tuple[str, ...], offered: list[str]) -> None:
    assert bash(environment, *typed) == offered


def test_the_home_that_was_typed_is_asked(environment: dict[str, str]) -> None:
    elsewhere = environment | {"HEADWAY_HOME": "/nowhere"}
    assert bash(elsewhere, "headway", "show", "a1") == []
    assert bash(elsewhere, "headway", "--home", environment["HEADWAY_HOME"], "show", "a1") == ["a1b2", "a1c3"]


def test_fish_gets_what_the_words_mean(environment: dict[str, str]) -> None:
    asked = {
        "_HEADWAY_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_ARGS": "headway show a1b",
    }
    assert "_HEADWAY_COMPLETE=complete_fish" in out(environment, "headway", "completion", "fish")
    assert out(environment, "headway", **asked) == "a1b2\tRUNNING SELECT 1\n"


def test_zsh_and_powershell_get_their_scripts(environment: dict[str, str]) -> None:
    zsh = out(environment, "headway", "completion", "zsh")
    assert zsh.startswith("#compdef headway")
    asked = {"_HEADWAY_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "headway show b"}
    assert '"b4":"RUNNING SELECT 1"' in out(environment, "headway", **asked)
    powershell = out(environment, "headway", "completion", "PowerShell")
    assert "Register-ArgumentCompleter -Native -CommandName headway" in powershell


def test_an_unknown_shell_is_a_usage_error(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [HEADWAY, "completion", "tcsh"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "powershell" in done.stderr
