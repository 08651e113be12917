"""``headway console``: the address is what a script gets, whatever else is said."""

import json
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner, Result

from headway.cli.main import app
from headway.cli.place import Place
from headway.client.http import HeadwayClient


class Service:
    """Answers as the route of the codes does, and keeps what was asked."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.asked: list[tuple[str, str]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/healthz"):
            return httpx2.Response(200)
        self.asked.append((request.method, request.url.path))
        if self.status != 200:
            refused = {"error_code": "Unauthenticated", "error_msg": "the token is not known"}
            return httpx2.Response(self.status, json=refused)
        return httpx2.Response(200, json={"code": "c0de", "expires_at": 1_234})


def run(service: Service, monkeypatch: pytest.MonkeyPatch, home: Path, *words: str) -> Result:
    client = HeadwayClient("http://h/base", "p1", "secret", transport=httpx2.MockTransport(service))
    monkeypatch.setattr(Place, "client", lambda _: client)
    return CliRunner().invoke(app, ["--home", str(home), "console", *words])


def test_the_address_is_where_the_service_is_reached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    service = Service()
    done = run(service, monkeypatch, tmp_path)
    assert (done.exit_code, done.stdout) == (0, "http://h/base/console/#/sign-in?code=c0de\n")
    assert service.asked == [("POST", "/base/api/v1/p1/sign-in-codes")]


def test_a_program_gets_json(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done = run(Service(), monkeypatch, tmp_path, "--json")
    address = "http://h/base/console/#/sign-in?code=c0de"
    assert json.loads(done.stdout) == {"url": address, "expires_at": 1_234}


def test_a_refusal_is_told_and_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done = run(Service(401), monkeypatch, tmp_path)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "the token is not known" in done.stderr
