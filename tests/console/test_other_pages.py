"""What a page of somebody else can make a browser send is refused."""

import httpx2
import pytest

from tests.console.scene import PAGE, Scene, whoami
from tests.web.keys import KEYS

WHO = "/api/v1/project1/whoami"


async def without_header(scene: Scene) -> httpx2.AsyncClient:
    browser = await scene.signed_in()
    del browser.headers["X-Headway-Console"]
    return browser


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("path", [WHO, "/v1.0/project1/whoami"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Headway-Console": "yes"},
        PAGE | {"Sec-Fetch-Site": "cross-site"},
        PAGE | {"Sec-Fetch-Site": "same-site"},
        PAGE | {"Sec-Fetch-Site": "none"},
    ],
)
async def test_a_change_that_the_page_did_not_ask_for_is_refused(
    scene: Scene, method: str, path: str, headers: dict[str, str]
) -> None:
    browser = await without_header(scene)
    answer = await browser.request(method, path, headers=headers)
    assert (answer.status_code, answer.json()["error_code"]) == (403, "APIGW.0302")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("headers", [PAGE, PAGE | {"Sec-Fetch-Site": "same-origin"}])
async def test_what_the_page_asks_for_is_done(scene: Scene, method: str, headers: dict[str, str]) -> None:
    browser = await without_header(scene)
    assert (await browser.request(method, WHO, headers=headers)).json() == ["project1", "ada", ""]


@pytest.mark.parametrize(
    ("site", "status"),
    [(None, 200), ("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)],
)
async def test_another_page_may_not_read_either(scene: Scene, site: str | None, status: int) -> None:
    browser = await without_header(scene)
    headers = {} if site is None else {"Sec-Fetch-Site": site}
    assert (await browser.get(WHO, headers=headers)).status_code == status


async def test_a_body_comes_through(scene: Scene) -> None:
    browser = await scene.signed_in()
    assert (await browser.post(WHO, content="hello")).json() == ["project1", "ada", "hello"]


async def test_a_token_needs_nothing_of_the_page(scene: Scene) -> None:
    browser = await without_header(scene)
    headers = {"X-Auth-Token": KEYS.token, "Sec-Fetch-Site": "cross-site"}
    assert (await browser.post(WHO, headers=headers)).status_code == 200


async def test_a_wrong_token_is_not_made_good_by_the_cookie(scene: Scene) -> None:
    browser = await scene.signed_in()
    assert (await browser.get(WHO, headers={"X-Auth-Token": "wrong"})).status_code == 401


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_nobody_is_signed_in_or_out_by_another_page(scene: Scene, method: str) -> None:
    browser = await without_header(scene)
    body = {"token": KEYS.token}
    answer = await browser.request(method, "/console/session", json=body)
    assert (answer.status_code, answer.json()["error_code"]) == (403, "Forbidden")
    assert "set-cookie" not in answer.headers
    assert await whoami(browser) == ["project1", "ada", ""]


@pytest.mark.parametrize(
    "cookie",
    ["{name}=", "{name}", "other={value}", "{name}x={value}", "{name}={value}x", "{name}=" + "x" * 300],
)
async def test_any_other_cookie_is_nobodys(scene: Scene, cookie: str) -> None:
    value = (await scene.signed_in()).cookies["headway_test"]
    headers = {"Cookie": cookie.format(name="headway_test", value=value)}
    assert (await scene.browser().get(WHO, headers=headers)).status_code == 401


async def test_the_cookie_is_found_among_others(scene: Scene) -> None:
    value = (await scene.signed_in()).cookies["headway_test"]
    headers = [("Cookie", "a=b; c"), ("Cookie", f"d=e;headway_test={value}; headway_test=planted")]
    assert (await scene.browser().get(WHO, headers=headers)).status_code == 200
