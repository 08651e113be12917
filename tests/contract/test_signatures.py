"""Who may call: the SDK's signatures, tokens, and everything that is not one (contract section 6)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType, SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from huaweicloudsdkdli.v1 import ListSqlJobsRequest

from tests.contract.sdk import Dli, Refusal, refusal
from tests.service_process import Project

JSON = "application/json"
BODY = b'{"sql": "SELECT 1"}'


def sdk_date(ago: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) - ago).strftime("%Y%m%dT%H%M%SZ")


def signed(project: Project, method: str, path: str, body: bytes = b"", **more: str) -> httpx2.Request:
    """Make a request and have the SDK's own signer sign it; ``more`` are headers, with ``_`` for ``-``."""
    headers = {"Content-Type": JSON, "X-Sdk-Date": sdk_date()}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    host = urlsplit(project.endpoint).netloc
    path = f"/v1.0/{project.project_id}{path}"
    request = SdkRequest(
        method=method, host=host, resource_path=path, query_params=[], header_params=headers, body=body
    )
    wire = Signer(SimpleNamespace(ak=project.access_key, sk=project.secret_key)).sign(request)
    return httpx2.Request(method, project.endpoint + path, headers=wire.header_params, content=body)


def send(request: httpx2.Request) -> httpx2.Response:
    with httpx2.Client(timeout=30) as http:
        return http.send(request)


def not_authenticated(answer: httpx2.Response, reason: str) -> None:
    said = answer.json()
    assert (answer.status_code, said["error_code"]) == (401, "APIGW.0301"), said
    assert said["error_msg"].startswith("Incorrect IAM authentication information: ")
    assert reason in said["error_msg"]
    assert said["request_id"] == answer.headers["x-request-id"]


def listed(project: Project, headers: Mapping[str, str] = MappingProxyType({}), /, **keys: str) -> Refusal:
    """List jobs with other keys or headers than the right ones; gives the refusal."""
    with Dli.of(project, **keys) as dli:
        call = dli.client.list_sql_jobs_invoker(ListSqlJobsRequest())
        for name, value in headers.items():
            call.add_header(name, value)
        return refusal(call.invoke)


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"secret_key": "wrong"}, "verify aksk signature fail"),
        ({"access_key": "NOBODY"}, "ak NOBODY not exist"),
    ],
)
def test_wrong_keys(project: Project, keys: dict[str, str], reason: str) -> None:
    seen = listed(project, **keys)
    assert (seen.status, seen.code) == (401, "APIGW.0301")
    assert seen.message == f"Incorrect IAM authentication information: {reason}"
    assert len(seen.request_id) == 32


@pytest.mark.parametrize("ago", [timedelta(minutes=16), timedelta(minutes=-16), timedelta(days=365)])
def test_a_clock_that_is_off(project: Project, ago: timedelta) -> None:
    seen = listed(project, {"X-Sdk-Date": sdk_date(ago)})
    assert (seen.status, seen.code) == (401, "APIGW.0301")
    assert "calc ak sk signature fail:signature expired" in seen.message


@pytest.mark.parametrize("ago", [timedelta(minutes=14), timedelta(minutes=-14)])
def test_a_clock_that_is_nearly_right(project: Project, ago: timedelta) -> None:
    assert send(signed(project, "GET", "/jobs", X_Sdk_Date=sdk_date(ago))).status_code == 200


def test_what_the_sdk_signs_is_accepted_as_it_is(project: Project) -> None:
    assert send(signed(project, "GET", "/jobs")).status_code == 200
    assert send(signed(project, "POST", "/jobs/check-sql", BODY)).status_code == 200
    # Headers that the way adds, and that nobody signed.
    request = signed(project, "GET", "/jobs", X_Project_Id=project.project_id, X_Security_Token="temporary")
    request.headers["X-Forwarded-For"] = "10.0.0.1"
    assert send(request).status_code == 200


def tampered(project: Project, **change: Any) -> httpx2.Response:
    """Sign a check of ``SELECT 1`` and send it with one part changed."""
    right = signed(project, "POST", "/jobs/check-sql", BODY)
    url, headers = str(right.url), {**right.headers, **change.get("headers", {})}
    headers.pop("content-length", None)
    body = change.get("body", BODY)
    return send(
        httpx2.Request(change.get("method", "POST"), change.get("url", url), headers=headers, content=body)
    )


@pytest.mark.parametrize(
    "change",
    [
        {"body": b'{"sql": "DROP TABLE t"}'},
        {"body": b""},
        {"body": BODY + b" "},
        {"headers": {"x-sdk-date": sdk_date(timedelta(seconds=30))}},
        {"headers": {"content-type": "application/json; charset=utf-8"}},
        {"headers": {"host": "elsewhere.example"}},
        {"method": "PUT"},
    ],
    ids=str,
)
def test_a_signature_speaks_of_one_request_only(project: Project, change: dict[str, Any]) -> None:
    not_authenticated(tampered(project, **change), "verify aksk signature fail")


def test_a_signature_is_good_for_no_other_call(project: Project) -> None:
    path = f"{project.endpoint}/v1.0/{project.project_id}/jobs"
    not_authenticated(tampered(project, url=f"{path}/submit-job"), "verify aksk signature fail")
    not_authenticated(tampered(project, url=f"{path}/check-sql?x=1"), "verify aksk signature fail")


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"x-sdk-content-sha256": "0" * 64}, "X-Sdk-Content-Sha256 is not the digest of the body"),
        ({"x-sdk-content-sha256": "UNSIGNED-PAYLOAD"}, "a JSON body must be signed"),
        ({"authorization": "SDK-HMAC-SHA256 Access=x"}, "the Authorization header is malformed"),
        ({"authorization": "V11-HMAC-SHA256 Credential=x"}, "neither SDK-HMAC-SHA256 nor Bearer"),
        ({"authorization": "Basic eDp5"}, "neither SDK-HMAC-SHA256 nor Bearer"),
        ({"x-sdk-date": "yesterday"}, "x-sdk-date is not like"),
    ],
)
def test_headers_that_make_no_sense(project: Project, headers: dict[str, str], reason: str) -> None:
    not_authenticated(tampered(project, headers=headers), reason)


def test_the_date_has_to_be_signed(project: Project) -> None:
    right = signed(project, "GET", "/jobs")
    value = right.headers["authorization"].replace(";x-sdk-date", "")
    right.headers["authorization"] = value
    not_authenticated(send(right), "x-sdk-date is not among the signed headers")


def test_tokens_in_either_header(project: Project, dli: Dli) -> None:
    url = f"{project.endpoint}/v1.0/{project.project_id}/jobs?page-size=1"
    token, bearer = {"X-Auth-Token": project.token}, {"Authorization": f"Bearer {project.token}"}
    for headers in (token, bearer):
        assert httpx2.get(url, headers=headers).json()["is_success"] is True
    # The SDK signs what it sends; the token among it counts.
    with Dli.of(project, secret_key="wrong") as wrong:
        call = wrong.client.list_sql_jobs_invoker(ListSqlJobsRequest(page_size=1))
        assert call.add_header("X-Auth-Token", project.token).invoke().is_success is True


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, "x-auth-token not found"),
        ({"X-Auth-Token": ""}, "decrypt token fail"),
        ({"X-Auth-Token": "nonsense"}, "decrypt token fail"),
        ({"Authorization": "Bearer nonsense"}, "decrypt token fail"),
        ({"Authorization": "Bearer"}, "decrypt token fail"),
    ],
)
@pytest.mark.parametrize("root", ["/v1", "/v1.0", "/api/v1"])
def test_without_a_good_token_nothing_is_told(
    project: Project, root: str, headers: dict[str, str], reason: str
) -> None:
    answer = httpx2.get(f"{project.endpoint}{root}/{project.project_id}/jobs", headers=headers)
    not_authenticated(answer, reason)


def test_keys_are_good_for_their_own_project_only(project: Project, neighbour: Project) -> None:
    for mine, other in ((project, neighbour), (neighbour, project), (project, None)):
        project_id = other.project_id if other else "nobodys"
        seen = listed(mine, project_id=project_id)
        assert (seen.status, seen.code) == (403, "APIGW.0302")
        assert "not the caller's project" in seen.message
        for root in ("/v1", "/v1.0", "/api/v1"):
            url = f"{mine.endpoint}{root}/{project_id}/jobs"
            for headers in ({"X-Auth-Token": mine.token}, {"Authorization": f"Bearer {mine.token}"}):
                answer = httpx2.get(url, headers=headers)
                assert (answer.status_code, answer.json()["error_code"]) == (403, "APIGW.0302")
