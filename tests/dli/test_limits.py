"""Named submissions, and what is refused for now: limits, a store that is away."""

import httpx2
import pytest

from headway.jobs.errors import HeadwayError, StoreUnavailable, TokenReused, TooBusy
from tests.dli.scene import JOB_ID, Scene


async def submit(scene: Scene, token: str | bytes | None) -> httpx2.Response:
    headers = {} if token is None else {"X-Client-Token": token}
    return await scene.client.post(
        scene.url("/jobs/submit-job"),
        json={"sql": "select 1"},
        headers=headers,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("token", [None, "x", "~!" * 64, "7f3c:retry/1"])
async def test_the_name_of_a_submission_reaches_the_service(scene: Scene, token: str | None) -> None:
    response = await submit(scene, token)
    assert response.json()["job_id"] == JOB_ID
    assert scene.service.tokens == [token]


@pytest.mark.parametrize("token", ["", "x" * 129, "two words", "tab\tstop", "schlüssel".encode()])
async def test_a_name_that_is_none_is_refused(scene: Scene, token: str | bytes) -> None:
    response = await submit(scene, token)
    assert response.status_code == 400
    assert response.json() == {
        "error_code": "DLI.0001",
        "error_msg": "X-Client-Token: must be 1 to 128 visible ASCII characters",
    }
    assert scene.service.submitted == []


@pytest.mark.parametrize(
    ("error", "status", "code", "retry_after"),
    [
        (TokenReused("t1", "j1"), 409, "DLI.0001", None),
        (TooBusy("The queue default is full", 7), 429, "DLI.0009", "7"),
        (StoreUnavailable("The store does not answer"), 503, "DLI.0999", "2"),
    ],
)
async def test_a_refusal_says_why_and_when_to_come_back(
    scene: Scene, error: HeadwayError, status: int, code: str, retry_after: str | None
) -> None:
    scene.service.fails = error
    response = await submit(scene, "t1")
    assert response.status_code == status
    assert response.json() == {"error_code": code, "error_msg": str(error)}
    assert response.headers.get("retry-after") == retry_after


@pytest.mark.parametrize("path", ["status", "detail", "preview", "progress"])
async def test_every_call_says_that_the_store_is_away(scene: Scene, path: str) -> None:
    scene.service.fails = StoreUnavailable("The store does not answer")
    response = await scene.client.get(scene.url(f"/jobs/{JOB_ID}/{path}"))
    assert (response.status_code, response.json()["error_code"]) == (503, "DLI.0999")
    assert response.headers["retry-after"] == "2"
