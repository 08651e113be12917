"""The console's face and the guard before /api, over a real store; a browser in front of it."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI, Request

from headway.api.sign_in_routes import sign_in_routes
from headway.console.routes import console_router
from headway.jobs.credential import Credential
from headway.service.credentials import Credentials
from headway.service.sign_in import SignIn
from headway.store.credential_store import CredentialStore
from headway.store.database import Database
from headway.store.session_store import SessionStore
from headway.web.authenticate import Authenticate
from headway.web.request_state import caller_of
from headway.web.session_cookie import SessionCookie
from headway.web.unmatched import answer_unmatched
from tests.web.keys import KEYS, OTHER_KEYS

COOKIE = "headway_test"
PAGE = {"X-Headway-Console": "1"}
MINUTE = 60_000
DAY = 24 * 60 * MINUTE


@dataclass
class Scene:
    """One service process; ``next_process`` gives another one over the same home."""

    home: Path
    now: int = 1_000_000  # epoch ms
    url: str = "http://service"
    browsers: list[httpx2.AsyncClient] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.database = Database(f"sqlite+aiosqlite:///{self.home / 'headway.db'}")
        self.credentials = Credentials(CredentialStore(self.database), lambda: self.now)
        self.sign_in = SignIn(SessionStore(self.database), self.credentials, lambda: self.now)
        cookie = SessionCookie(COOKIE, self.sign_in)
        app = FastAPI()
        app.include_router(
            console_router(self.sign_in, cookie, self.home / "static", lambda: self.now / 1000)
        )
        app.include_router(sign_in_routes(self.sign_in), prefix="/api/v1/{project_id}")
        for path in ("/api/v1/{project_id}/whoami", "/v1.0/{project_id}/whoami"):
            app.add_api_route(path, _who, methods=["GET", "POST", "PUT", "DELETE"])
        answer_unmatched(app)
        app.add_middleware(Authenticate, credentials=self.credentials, session=cookie)
        self.app = app

    def browser(self) -> httpx2.AsyncClient:
        """Give a browser with an empty jar, that sends what the console's page does."""
        transport = httpx2.ASGITransport(app=self.app)
        browser = httpx2.AsyncClient(transport=transport, base_url=self.url, headers=PAGE)
        self.browsers.append(browser)
        return browser

    async def next_process(self) -> "Scene":
        other = replace(self, browsers=[])
        await other.credentials.load()
        return other

    async def close(self) -> None:
        for browser in self.browsers:
            await browser.aclose()
        await self.database.close()

    async def code(self, keys: Credential = KEYS) -> str:
        return (await self.sign_in.make_code(keys.access_key)).code

    async def signed_in(self, keys: Credential = KEYS) -> httpx2.AsyncClient:
        browser = self.browser()
        answer = await browser.post("/console/session", json={"code": await self.code(keys)})
        assert answer.status_code == 200, answer.text
        return browser


async def new_home(home: Path) -> Scene:
    """Give a service whose store knows two projects' keys."""
    scene = Scene(home)
    for at, keys in enumerate((KEYS, OTHER_KEYS)):
        await CredentialStore(scene.database).insert(keys, at)
    await scene.credentials.load()
    return scene


async def whoami(browser: httpx2.AsyncClient, project: str = "project1") -> Any:
    """Ask as whom the browser speaks; gives the status when it is refused."""
    answer = await browser.get(f"/api/v1/{project}/whoami")
    return answer.json() if answer.status_code == 200 else answer.status_code


async def _who(request: Request) -> list[str]:
    caller = caller_of(request.scope)
    return [caller.project_id, caller.user_name, (await request.body()).decode()]
