"""Signing in, being signed in, signing out."""

import re

import httpx2
import pytest
from sqlalchemy import delete

from headway import __version__
from headway.jobs.credential import Credential
from headway.jobs.errors import StoreUnavailable
from headway.store.credential_store import CredentialStore
from headway.store.tables import credentials
from tests.console.scene import COOKIE, DAY, MINUTE, PAGE, Scene, whoami
from tests.web.keys import KEYS, OTHER_KEYS

ADA = {"project_id": "project1", "user_name": "ada"}
EVE = {"project_id": "project2", "user_name": "eve"}


def refused(answer: httpx2.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["error_code"]) == (status, code), answer.text
    assert COOKIE not in answer.headers.get("set-cookie", "")


async def test_a_code_signs_in_once(scene: Scene) -> None:
    code, browser = await scene.code(), scene.browser()
    assert await whoami(browser) == 401
    answer = await browser.post("/console/session", json={"code": code})
    assert (answer.status_code, answer.json()) == (200, {"version": __version__, "projects": [ADA]})
    assert await whoami(browser) == ["project1", "ada", ""]
    refused(await scene.browser().post("/console/session", json={"code": code}), 401, "Unauthenticated")
    assert await whoami(browser) == ["project1", "ada", ""]


async def test_whoever_may_call_gets_a_code(scene: Scene) -> None:
    path, headers = "/api/v1/project2/sign-in-codes", {"X-Auth-Token": OTHER_KEYS.token}
    assert (await scene.browser().post(path)).status_code == 401
    made = (await scene.browser().post(path, headers=headers)).json()
    assert made["expires_at"] == scene.now + 15 * MINUTE
    answer = await scene.browser().post("/console/session", json={"code": made["code"]})
    assert answer.json()["projects"] == [EVE]


async def test_a_token_signs_in_as_often_as_one_likes(scene: Scene) -> None:
    for _ in range(2):
        browser = scene.browser()
        answer = await browser.post("/console/session", json={"token": KEYS.token})
        assert answer.json()["projects"] == [ADA]
        assert await whoami(browser) == ["project1", "ada", ""]


async def test_a_token_added_a_moment_ago_signs_in(scene: Scene) -> None:
    await CredentialStore(scene.database).insert(Credential("project3", "new", "AKNEW", "s", "t-new"), 9)
    scene.now += MINUTE
    answer = await scene.browser().post("/console/session", json={"token": "t-new"})
    assert answer.json()["projects"] == [{"project_id": "project3", "user_name": "new"}]


async def test_a_code_holds_for_fifteen_minutes(scene: Scene) -> None:
    early, late = await scene.code(), await scene.code()
    scene.now += 15 * MINUTE - 1
    assert (await scene.browser().post("/console/session", json={"code": early})).status_code == 200
    scene.now += 1
    answer = await scene.browser().post("/console/session", json={"code": late})
    refused(answer, 401, "Unauthenticated")
    assert "headway console" in answer.json()["error_msg"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"code": "nonsense"}, 401),
        ({"token": "nonsense"}, 401),
        ({"code": KEYS.token}, 401),
        ({"token": KEYS.secret_key}, 401),
        ({}, 400),
        ({"code": "a", "token": "b"}, 400),
        ({"code": ""}, 400),
        ({"code": 7}, 400),
        ({"code": "a" * 257}, 400),
        ({"code": "a\0"}, 400),
        ({"password": "x"}, 400),
        ({"code": "a" * 5000}, 413),
    ],
)
async def test_who_is_not_known_is_refused(scene: Scene, body: dict[str, object], status: int) -> None:
    answer = await scene.browser().post("/console/session", json=body)
    assert answer.status_code == status, answer.text
    assert "set-cookie" not in answer.headers


async def test_who_guesses_is_slowed_down(scene: Scene) -> None:
    browser, code = scene.browser(), await scene.code()
    answers = [await browser.post("/console/session", json={"code": f"guess {n}"}) for n in range(12)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
    late = await browser.post("/console/session", json={"code": code})
    refused(late, 429, "TooBusy")
    assert late.headers["retry-after"] == "1"
    # The code was not looked at, and is still good for somebody who comes from elsewhere.
    transport = httpx2.ASGITransport(app=scene.app, client=("10.0.0.9", 1))
    async with httpx2.AsyncClient(transport=transport, base_url=scene.url, headers=PAGE) as other:
        assert (await other.post("/console/session", json={"code": code})).status_code == 200
    scene.now += 1_000
    answers = [await browser.post("/console/session", json={"token": KEYS.token}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429]


async def test_one_session_holds_several_projects(scene: Scene) -> None:
    browser = await scene.signed_in()
    first = browser.cookies[COOKIE]
    assert await whoami(browser, "project2") == 403
    answer = await browser.post("/console/session", json={"code": await scene.code(OTHER_KEYS)})
    assert answer.json()["projects"] == [ADA, EVE]
    assert await whoami(browser) == ["project1", "ada", ""]
    assert await whoami(browser, "project2") == ["project2", "eve", ""]
    # The cookie that was there before, whoever put it there, opens nothing any more.
    assert browser.cookies[COOKIE] != first
    assert await whoami_with(scene, first) == 401


async def test_of_two_users_of_a_project_the_later_one_speaks(scene: Scene) -> None:
    bob = Credential("project1", "bob", "A0BOB", "s", "t-bob")
    await CredentialStore(scene.database).insert(bob, 9)
    await scene.credentials.load()
    browser = await scene.signed_in()
    scene.now += 1
    answer = await browser.post("/console/session", json={"token": bob.token})
    assert answer.json()["projects"] == [{"project_id": "project1", "user_name": "bob"}]
    assert await whoami(browser) == ["project1", "bob", ""]


async def whoami_with(scene: Scene, cookie: str) -> object:
    browser = scene.browser()
    browser.cookies.set(COOKIE, cookie)
    return await whoami(browser)


async def test_the_session_is_shown_to_who_has_it(scene: Scene) -> None:
    nobody = await scene.browser().get("/console/session")
    refused(nobody, 401, "Unauthenticated")
    browser = await scene.signed_in()
    shown = await browser.get("/console/session")
    assert (shown.status_code, shown.json()) == (200, {"version": __version__, "projects": [ADA]})
    assert shown.headers["cache-control"] == "no-store"


async def test_signing_out_ends_the_session(scene: Scene) -> None:
    browser = await scene.signed_in()
    cookie = browser.cookies[COOKIE]
    assert (await browser.delete("/console/session")).status_code == 204
    assert COOKIE not in browser.cookies
    assert await whoami_with(scene, cookie) == 401
    assert (await browser.delete("/console/session")).status_code == 204


async def test_signing_out_holds_in_another_process_within_seconds(scene: Scene) -> None:
    browser = await scene.signed_in()
    cookie = browser.cookies[COOKIE]
    other = await scene.next_process()
    assert await whoami_with(other, cookie) == ["project1", "ada", ""]
    await browser.delete("/console/session")
    other.now += 10_000
    assert await whoami_with(other, cookie) == 401
    await other.close()


async def test_a_session_outlives_the_process(scene: Scene) -> None:
    cookie = (await scene.signed_in()).cookies[COOKIE]
    await scene.close()
    restarted = await scene.next_process()
    assert await whoami_with(restarted, cookie) == ["project1", "ada", ""]
    await restarted.close()


async def test_a_session_lasts_while_it_is_used(scene: Scene) -> None:
    browser = await scene.signed_in()
    for _ in range(4):
        scene.now += 29 * DAY
        assert await whoami(browser) == ["project1", "ada", ""]
    scene.now += 30 * DAY
    assert await whoami(browser) == 401


async def test_a_session_ends_with_its_keys(scene: Scene) -> None:
    browser = await scene.signed_in()
    await browser.post("/console/session", json={"token": OTHER_KEYS.token})
    async with scene.database.write() as connection:
        await connection.execute(delete(credentials).where(credentials.c.access_key == KEYS.access_key))
    await scene.credentials.load()
    assert await whoami(browser) == 403
    assert await whoami(browser, "project2") == ["project2", "eve", ""]
    assert (await browser.get("/console/session")).json()["projects"] == [EVE]
    async with scene.database.write() as connection:
        await connection.execute(delete(credentials))
    await scene.credentials.load()
    assert await whoami(browser, "project2") == 401
    refused(await browser.get("/console/session"), 401, "Unauthenticated")


async def test_the_store_is_not_asked_at_each_request(scene: Scene) -> None:
    browser = await scene.signed_in()
    await scene.database.close()
    for file in scene.home.glob("headway.db*"):
        file.unlink()
    (scene.home / "headway.db").mkdir()
    assert await whoami(browser) == ["project1", "ada", ""]
    scene.now += 10_000
    assert await whoami(browser) == 503


async def test_a_store_that_is_away_is_no_wrong_code(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise StoreUnavailable("The database does not answer")

    monkeypatch.setattr(scene.sign_in, "with_code", away)
    refused(await scene.browser().post("/console/session", json={"code": "c"}), 503, "StoreUnavailable")


async def test_nothing_in_the_store_opens_a_session(scene: Scene) -> None:
    code = await scene.code()
    cookie = (await scene.signed_in()).cookies[COOKIE]
    kept = b"".join(file.read_bytes() for file in scene.home.glob("headway.db*"))
    assert KEYS.access_key.encode() in kept
    assert code.encode() not in kept
    assert cookie.encode() not in kept


def attributes(answer: httpx2.Response) -> set[str]:
    cookie = answer.headers["set-cookie"]
    assert re.match(rf"{COOKIE}=[\w-]{{40,}}; ", cookie)
    return set(cookie.split("; ")[1:])


async def test_the_cookie_is_for_this_service_alone(scene: Scene) -> None:
    answer = await scene.browser().post("/console/session", json={"token": KEYS.token})
    assert attributes(answer) == {"HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=strict"}


async def test_on_https_the_cookie_stays_there(scene: Scene) -> None:
    scene.url = "https://service"
    answer = await scene.browser().post("/console/session", json={"token": KEYS.token})
    assert "Secure" in attributes(answer)


@pytest.mark.parametrize(
    ("prefix", "path"),
    [("/headway", "/headway/"), ("/a/b-c/", "/a/b-c/"), ("/x; Domain=evil", "/"), ("no/slash", "/")],
)
async def test_behind_a_path_prefix_the_cookie_is_for_what_is_below_it(
    scene: Scene, prefix: str, path: str
) -> None:
    headers = {"X-Forwarded-Prefix": prefix}
    answer = await scene.browser().post("/console/session", json={"token": KEYS.token}, headers=headers)
    assert attributes(answer) == {"HttpOnly", "Max-Age=2592000", f"Path={path}", "SameSite=strict"}
