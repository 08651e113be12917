"""Named submissions, and what is refused for now."""

import pytest

from headway.jobs.errors import HeadwayError, StoreUnavailable, TokenReused, TooBusy
from tests.api.scene import a_scene

BODY = {"sql": "select 1"}


@pytest.mark.parametrize("token", [None, "x" * 128])
async def test_the_name_of_a_submission_reaches_the_service(token: str | None) -> None:
    headers = {} if token is None else {"X-Client-Token": token}
    async with a_scene() as scene:
        answer = await scene.http.post("/jobs", json=BODY, headers=headers)
    assert answer.status_code == 201
    assert scene.service.tokens == [token]


@pytest.mark.parametrize("token", ["", "x" * 129, "two words"])
async def test_a_name_that_is_none_is_refused(token: str) -> None:
    async with a_scene() as scene:
        answer = await scene.http.post("/jobs", json=BODY, headers={"X-Client-Token": token})
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "InvalidRequest"
    assert "X-Client-Token: must be 1 to 128 visible ASCII characters" in answer.json()["error_msg"]
    assert scene.service.asked == []


@pytest.mark.parametrize(
    ("error", "status", "retry_after"),
    [
        (TokenReused("t1", "j1"), 409, None),
        (TooBusy("The queue default is full", 7), 429, "7"),
        (StoreUnavailable("The store does not answer"), 503, "2"),
    ],
)
async def test_a_refusal_says_why_and_when_to_come_back(
    error: HeadwayError, status: int, retry_after: str | None
) -> None:
    async with a_scene() as scene:
        scene.service.fails = error
        answer = await scene.http.post("/jobs", json=BODY)
    assert answer.status_code == status
    assert answer.json() == {"error_code": type(error).__name__, "error_msg": str(error)}
    assert answer.headers.get("retry-after") == retry_after
