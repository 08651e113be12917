"""Somebody at the console: a browser of their own, what they do with it, and what went wrong in it."""

import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect

from tests.service_process import Project

SECONDS = 1_000
# The machine may do much else: what a page waits for is Spark's answer.
PATIENCE = 60 * SECONDS
FAILED_LOAD = re.compile(r"Failed to load resource: (the server responded with a status of|net::ERR_)")

expect.set_options(timeout=PATIENCE)


@dataclass
class Visitor:
    context: BrowserContext
    page: Page
    endpoint: str
    troubles: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.context.on("request", self._asked)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.troubles.append(f"thrown: {error}"))

    async def open(self, place: str) -> None:
        """Load the console anew at a place: ``/jobs``."""
        await self.page.goto("about:blank")
        await self.page.goto(self.address(place))

    def address(self, place: str) -> str:
        return f"{self.endpoint}/console/#{place}"

    async def stands_at(self, pattern: str) -> None:
        await expect(self.page).to_have_url(re.compile(f"/console/#{pattern}$"))

    async def sees(self, role: Any, name: str, *, exact: bool = True) -> Locator:
        found = self.page.get_by_role(role, name=name, exact=exact)
        await expect(found).to_be_visible()
        return found

    async def says(self, text: str) -> None:
        await expect(self.page.get_by_text(text).first).to_be_visible()

    async def press(self, name: str, within: Locator | None = None) -> None:
        place = within or self.page
        await place.get_by_role("button", name=name, exact=True).click()

    async def state_is(self, word: str) -> None:
        """Wait for the state that the page of a job tells."""
        await expect(self.page.locator(".job-title .status")).to_have_text(word)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.endpoint, "data:", "blob:", "about:")):
            self.troubles.append(f"asked elsewhere: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        # What did not load is said by the page itself, and tested there.
        if message.type in ("error", "warning") and not FAILED_LOAD.match(message.text):
            self.troubles.append(f"{message.type}: {message.text}")


@dataclass
class Visitors:
    browser: Browser
    project: Project
    stack: AsyncExitStack
    all: list[Visitor] = field(default_factory=list)

    async def stranger(self, **how: Any) -> Visitor:
        """Somebody who has not signed in."""
        context = await self.browser.new_context(viewport={"width": 1280, "height": 800}, **how)
        self.stack.push_async_callback(context.close)
        context.set_default_timeout(PATIENCE)
        visitor = Visitor(context, await context.new_page(), self.project.endpoint)
        visitor.watch()
        self.all.append(visitor)
        return visitor

    async def signed_in(self, **how: Any) -> Visitor:
        """Somebody who has signed in and looks at nothing yet."""
        visitor = await self.stranger(**how)
        answer = await visitor.context.request.post(
            f"{visitor.endpoint}/console/session",
            data={"token": self.project.token},
            headers={"X-Headway-Console": "1"},
        )
        assert answer.ok, await answer.text()
        return visitor

    async def visitor(self, place: str = "/jobs", **how: Any) -> Visitor:
        """Somebody who has signed in and looks at a place."""
        visitor = await self.signed_in(**how)
        await visitor.open(place)
        return visitor
