import json
from collections.abc import Callable

import httpx2
import pytest

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
        (503, "ProgressUnavailable", Busy),
        (500, "DLI.0999", ServiceFault),
    ],
)
def test_error_bodies_become_errors(status: int, code: str, error: type[Refused]) -> None:
    body = {"error_code": code, "error_msg": "why"}
    with pytest.raises(error) as caught:
        client_of(lambda _: httpx2.Response(status, json=body)).job("j1")
    assert type(caught.value) is error
    assert (caught.value.status, caught.value.code, str(caught.value)) == (status, code, "why")


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
