"""``headway history``: what is exported comes as it is sent, what is forgotten is counted."""

from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner, Result

from headway.cli.main import app
from headway.cli.place import Place
from headway.client.http import HeadwayClient

LINES = b'{"fingerprint": "f1"}\n{"fingerprint": "f2"}\n'


class Service:
    """Answers as the history's routes do, and keeps what was asked."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.asked: list[tuple[str, str]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append((request.method, request.url.raw_path.decode()))
        if self.status != 200:
            refused = {"error_code": "StoreUnavailable", "error_msg": "The database does not answer"}
            return httpx2.Response(self.status, json=refused)
        if request.method == "GET":
            return httpx2.Response(200, content=LINES)
        return httpx2.Response(200, json={"deleted": 1 if request.url.params else 1_234})


def run(service: Service, monkeypatch: pytest.MonkeyPatch, home: Path, *words: str) -> Result:
    client = HeadwayClient("http://service", "p1", "secret", transport=httpx2.MockTransport(service))
    monkeypatch.setattr(Place, "client", lambda _: client)
    return CliRunner().invoke(app, ["--home", str(home), "history", *words])


def test_an_export_is_what_the_service_sends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    service = Service()
    done = run(service, monkeypatch, tmp_path, "export")
    assert (done.exit_code, done.stdout_bytes) == (0, LINES)
    assert service.asked == [("GET", "/api/v1/p1/history")]


def test_what_is_forgotten_is_counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    service = Service()
    assert run(service, monkeypatch, tmp_path, "clear").stderr == "1,234 runs forgotten\n"
    one = run(service, monkeypatch, tmp_path, "clear", "--fingerprint", "f1")
    assert one.stderr == "1 run forgotten\n"
    assert service.asked == [
        ("DELETE", "/api/v1/p1/history"),
        ("DELETE", "/api/v1/p1/history?fingerprint=f1"),
    ]


@pytest.mark.parametrize("verb", ["export", "clear"])
def test_a_refusal_is_told_and_fails(verb: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done = run(Service(503), monkeypatch, tmp_path, verb)
    assert done.exit_code == 1
    assert "The database does not answer" in done.stderr
    assert done.stdout == ""
