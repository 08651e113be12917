import json
from collections.abc import Callable

import httpx2
import pytest

from headway.client import http
from headway.client.errors import (
    AccessRefused,
    Busy,
    ClientError,
    Missing,
    Refused,
    ServiceFault,
    Unreachable,
)
from headway.client.http import HeadwayClient

Answer = Callable[[httpx2.Request], httpx2.Response]
JOB = {"job_id": "j1", "state": "RUNNING", "status": "RUNNING", "statement": "select 1", "submitted_at": 1}


def client_of(answer: Answer) -> HeadwayClient:
    return HeadwayClient("http://service", "p1", "secret", transport=httpx2.MockTransport(answer))


def test_a_call_names_the_project_and_carries_the_token() -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(201, json=JOB | {"something_new": 1})

    job = client_of(answer).submit("select 1", current_db="tpch", conf={"a": "1"}, tags={"t": "v"})
    assert job.job_id == "j1"
    assert seen[0].url == "http://service/api/v1/p1/jobs"
    assert seen[0].headers["authorization"] == "Bearer secret"
    assert json.loads(seen[0].content) == {
        "sql": "select 1",
        "conf": {"a": "1"},
        "tags": {"t": "v"},
        "current_db": "tpch",
    }


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (401, "APIGW.0301", AccessRefused),
        (403, "APIGW.0302", AccessRefused),
        (404, "NotFound", Missing),
        (400, "InvalidRequest", Refused),
        (409, "TokenReused", Refused),
        (429, "TooBusy", Busy),
        (503, "ProgressUnavailable", Busy),
        (503, "StoreUnavailable", Busy),
        (500, "DLI.0999", ServiceFault),
    ],
)
def test_error_bodies_become_errors(status: int, code: str, error: type[Refused]) -> None:
    body = {"error_code": code, "error_msg": "why"}
    with pytest.raises(error) as caught:
        client_of(lambda _: httpx2.Response(status, json=body)).job("j1")
    assert type(caught.value) is error
    assert (caught.value.status, caught.value.code, str(caught.value)) == (status, code, "why")


class Broken:
    """Breaks the first connections off, each with its own error, then answers; keeps what came."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.came: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.came.append(request)
        if self.errors:
            raise self.errors.pop(0)
        return httpx2.Response(201, json=JOB)

    def tokens(self) -> set[str]:
        return {request.headers["x-client-token"] for request in self.came}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "SUBMIT_PAUSE_SECONDS", 0.0)


def test_every_submission_has_a_name_of_its_own() -> None:
    service = Broken()
    client = client_of(service)
    client.submit("select 1")
    client.submit("select 1")
    assert len(service.tokens()) == 2


@pytest.mark.usefixtures("quick")
def test_a_submission_whose_answer_broke_off_is_sent_again_under_its_name() -> None:
    service = Broken(
        httpx2.RemoteProtocolError("server disconnected"),
        httpx2.ConnectError("refused"),  # it restarts
        httpx2.ReadError("reset"),
    )
    assert client_of(service).submit("select 1").job_id == "j1"
    assert len(service.came) == 4
    assert len(service.tokens()) == 1
    assert len({request.content for request in service.came}) == 1


def test_a_submission_to_nobody_is_not_repeated() -> None:
    service = Broken(httpx2.ConnectError("refused"))
    with pytest.raises(Unreachable, match="refused"):
        client_of(service).submit("select 1")
    assert len(service.came) == 1


@pytest.mark.usefixtures("quick")
def test_a_submission_is_not_repeated_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "SUBMIT_SECONDS", 0.05)
    service = Broken(*[httpx2.ReadError("reset")] * 1_000_000)
    with pytest.raises(Unreachable, match="reset"):
        client_of(service).submit("select 1")


@pytest.mark.usefixtures("quick")
def test_what_the_service_refuses_is_not_sent_again() -> None:
    came: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        came.append(request)
        return httpx2.Response(429, json={"error_code": "TooBusy", "error_msg": "The queue is full"})

    with pytest.raises(Busy, match="The queue is full"):
        client_of(answer).submit("select 1")
    assert len(came) == 1


def test_an_error_that_is_not_json_is_still_told() -> None:
    with pytest.raises(ServiceFault, match="HTTP status 502"):
        client_of(lambda _: httpx2.Response(502, text="<html>")).job("j1")


def test_an_answer_of_somebody_else_is_refused() -> None:
    with pytest.raises(ClientError, match="not Headway's JSON"):
        client_of(lambda _: httpx2.Response(200, text="hello")).job("j1")


def test_a_service_that_is_not_there_is_unreachable() -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    client = client_of(refuse)
    assert not client.is_alive()
    with pytest.raises(Unreachable, match="http://service does not answer: refused"):
        client.engine()


def test_an_arrow_stream_that_is_refused_raises_the_refusal() -> None:
    body = {"error_code": "ResultExpired", "error_msg": "expired"}
    client = client_of(lambda _: httpx2.Response(410, json=body))
    with pytest.raises(Refused, match="expired"), client.arrow("j1"):
        pass


def test_parts_that_are_not_ready_are_named() -> None:
    body = {"status": "not ready", "reasons": {"store": "locked"}}
    assert client_of(lambda _: httpx2.Response(503, json=body)).unready_parts() == {"store": "locked"}
    assert client_of(lambda _: httpx2.Response(200, json={"status": "ready"})).unready_parts() == {}
