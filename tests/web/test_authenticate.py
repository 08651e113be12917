from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from headway.jobs.credential import Credential
from headway.jobs.errors import StoreUnavailable
from headway.web.authenticate import Authenticate
from headway.web.request_log import RequestLog
from headway.web.request_state import caller_of, known_caller
from tests.web.keys import KEYS, OTHER_KEYS, KnownKeys, signed

PATH = "/v1.0/project1/jobs"


class Uncounted:
    def observe(self, method: str, template: str, status: int, seconds: float) -> None:
        pass

    def refused(self, reason: str) -> None:
        pass


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Say who calls and with which body."""
    request = Request(scope, receive)
    if known_caller(scope) is None:
        await PlainTextResponse("nobody")(scope, receive, send)
        return
    caller = caller_of(scope)
    said = {"caller": [caller.project_id, caller.user_name], "body": (await request.body()).decode()}
    await JSONResponse(said)(scope, receive, send)


def client_of(keys: KnownKeys | None = None, body_limit: int = 1000) -> httpx2.AsyncClient:
    guarded = Authenticate(echo, credentials=keys or KnownKeys(), body_limit=body_limit)
    app = RequestLog(guarded, observer=Uncounted())
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://dli")


def refused(response: Response, status: int, code: str, text: str) -> None:
    body: dict[str, Any] = response.json()
    assert (response.status_code, body["error_code"]) == (status, code), body
    assert text in body["error_msg"]
    assert body["request_id"] == response.headers["x-request-id"]
    assert set(body) == {"error_code", "error_msg", "request_id"}


def not_authenticated(response: Response, reason: str) -> None:
    refused(response, 401, "APIGW.0301", f"Incorrect IAM authentication information: {reason}")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Auth-Token": KEYS.token},
        {"Authorization": f"Bearer {KEYS.token}"},
        {"Authorization": f"bearer  {KEYS.token} "},
        # SDKs sign whatever they send: a token among it is what counts.
        {"X-Auth-Token": KEYS.token, "Authorization": "SDK-HMAC-SHA256 Access=x"},
    ],
)
@pytest.mark.parametrize(
    "path", [PATH, "/v1/project1/x", "/v3/project1/x", "/api/v1/project1", "/v1/project1"]
)
async def test_a_token_tells_who_calls(path: str, headers: dict[str, str]) -> None:
    async with client_of() as client:
        response = await client.post(path, headers=headers, content="hello")
    assert response.json() == {"caller": ["project1", "ada"], "body": "hello"}


async def test_a_signature_tells_who_calls() -> None:
    body = b'{"sql": "select 1"}'
    headers = signed("POST", PATH, "a=1&b=%20", body, headers={"Content-Type": "application/json"})
    async with client_of() as client:
        response = await client.post(f"{PATH}?a=1&b=%20", headers=headers, content=body)
    assert response.json() == {"caller": ["project1", "ada"], "body": body.decode()}


async def test_a_request_of_the_sdk_goes_through() -> None:
    request = SdkRequest(
        method="GET",
        host="dli",
        resource_path=f"{PATH}/a%20b/status",
        query_params=[("job_types", ["QUERY", "DDL"]), ("sql_pattern", "select * from"), ("x", True)],
        header_params={"Content-Type": "application/json", "X-Project-Id": "project1", "X-Note": "空間 é"},
        body=b"",
    )
    sent = Signer(SimpleNamespace(ak=KEYS.access_key, sk=KEYS.secret_key)).sign(request)
    headers = {name.encode(): value.encode("latin-1") for name, value in sent.header_params.items()}
    async with client_of() as client:
        response = await client.get(sent.uri, headers=headers)
    assert response.status_code == 200, response.text


async def test_the_time_of_a_signature_is_checked() -> None:
    headers = signed("GET", PATH, at=datetime.now(UTC) - timedelta(minutes=16))
    async with client_of() as client:
        not_authenticated(
            await client.get(PATH, headers=headers), "calc ak sk signature fail:signature expired"
        )


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, "x-auth-token not found"),
        ({"X-Auth-Token": "nonsense"}, "decrypt token fail"),
        ({"X-Auth-Token": ""}, "decrypt token fail"),
        ({"Authorization": "Bearer nonsense"}, "decrypt token fail"),
        ({"Authorization": "Bearer"}, "decrypt token fail"),
        ({"Authorization": "Basic YTpi"}, "the Authorization header is neither"),
        ({"Authorization": "SDK-HMAC-SHA256 nonsense"}, "the Authorization header is malformed"),
        # The secret parts do not open each other's doors.
        ({"X-Auth-Token": KEYS.secret_key}, "decrypt token fail"),
        ({"X-Auth-Token": KEYS.access_key}, "decrypt token fail"),
    ],
)
async def test_who_cannot_be_known_is_refused_with_the_reason(headers: dict[str, str], reason: str) -> None:
    async with client_of() as client:
        not_authenticated(await client.get(PATH, headers=headers), reason)


async def test_an_unknown_access_key_is_named() -> None:
    stranger = Credential("project1", "x", "AKNOBODY", "s", "t")
    async with client_of() as client:
        response = await client.get(PATH, headers=signed("GET", PATH, keys=stranger))
    not_authenticated(response, "ak AKNOBODY not exist")


async def test_a_wrong_secret_is_refused() -> None:
    forged = Credential("project1", "ada", KEYS.access_key, "guess", "t")
    async with client_of() as client:
        response = await client.get(PATH, headers=signed("GET", PATH, keys=forged))
    not_authenticated(response, "verify aksk signature fail")


async def test_a_key_added_a_moment_ago_is_looked_for_again() -> None:
    added = Credential("project3", "new", "AKNEW", "s", "t")
    for headers in ({"X-Auth-Token": "t"}, signed("GET", "/v1/project3/x", keys=added)):
        async with client_of(KnownKeys(added)) as client:
            response = await client.get("/v1/project3/x", headers=headers)
        assert response.json()["caller"] == ["project3", "new"]


@pytest.mark.parametrize("path", [PATH, "/v1/project1", "/v1//x", "/v1/PROJECT2/x", "/api/v1/project1/jobs"])
async def test_a_key_of_another_project_is_forbidden(path: str) -> None:
    async with client_of() as client:
        for headers in ({"X-Auth-Token": OTHER_KEYS.token}, signed("GET", path, keys=OTHER_KEYS)):
            refused(await client.get(path, headers=headers), 403, "APIGW.0302", "project")


async def test_a_forged_signature_does_not_tell_whose_the_project_is() -> None:
    forged = Credential("project2", "eve", OTHER_KEYS.access_key, "guess", "t")
    async with client_of() as client:
        response = await client.get(PATH, headers=signed("GET", PATH, keys=forged))
    not_authenticated(response, "verify aksk signature fail")


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/", "/v2/project1", "/console/v1/"])
async def test_other_paths_need_no_caller(path: str) -> None:
    async with client_of() as client:
        assert (await client.get(path)).text == "nobody"


async def test_a_root_path_does_not_open_a_way_around() -> None:
    guarded = Authenticate(echo, credentials=KnownKeys())
    transport = httpx2.ASGITransport(guarded, root_path="/base")
    async with httpx2.AsyncClient(transport=transport, base_url="http://dli") as client:
        assert (await client.get("/base/v1/project1/x")).status_code == 401
        assert (await client.get("/v1/project1/x")).status_code == 401


@pytest.mark.parametrize("size", [1000, 1001])
async def test_a_body_over_the_limit_is_refused(size: int) -> None:
    headers = {"X-Auth-Token": KEYS.token}

    async def in_chunks() -> Any:
        for _ in range(size):
            yield b"x"

    async with client_of(body_limit=1000) as client:
        for content in (b"x" * size, in_chunks()):
            response = await client.post(PATH, headers=headers, content=content)
            if size <= 1000:
                assert len(response.json()["body"]) == size
            else:
                refused(response, 413, "APIGW.0201", "1000")


async def test_who_is_not_known_is_refused_before_the_body_is_read() -> None:
    async def nothing_to_read() -> Message:
        raise AssertionError("the body was asked for")

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "path": PATH, "headers": [(b"content-length", b"900")], "method": "POST"}
    await Authenticate(echo, credentials=KnownKeys())(scope, nothing_to_read, send)
    assert sent[0]["status"] == 401


async def test_a_caller_who_goes_away_in_mid_body_is_let_go() -> None:
    messages = iter([{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> Message:
        return next(messages)

    async def send(message: Message) -> None:
        raise AssertionError(message)

    headers = [(b"x-auth-token", KEYS.token.encode()), (b"transfer-encoding", b"chunked")]
    scope = {"type": "http", "path": PATH, "headers": headers, "method": "POST"}
    await Authenticate(echo, credentials=KnownKeys())(scope, receive, send)


def test_an_endpoint_without_authentication_has_no_caller() -> None:
    with pytest.raises(LookupError):
        caller_of({"type": "http"})


class KeysOfAStoreThatIsAway(KnownKeys):
    async def reload(self) -> None:
        raise StoreUnavailable("The store does not answer")


async def test_known_callers_need_no_store() -> None:
    async with client_of(KeysOfAStoreThatIsAway()) as client:
        assert (await client.get(PATH, headers={"X-Auth-Token": KEYS.token})).status_code == 200
        assert (await client.get(PATH, headers=signed("GET", PATH))).status_code == 200
        assert (await client.get("/healthz")).text == "nobody"


async def test_a_key_that_cannot_be_looked_up_is_not_called_wrong() -> None:
    async with client_of(KeysOfAStoreThatIsAway()) as client:
        response = await client.get(PATH, headers={"X-Auth-Token": "perhaps-made-just-now"})
    refused(response, 503, "DLI.0999", "The store does not answer")
    assert int(response.headers["retry-after"]) > 0
