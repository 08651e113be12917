"""A Textual application as a reader sees it."""

import asyncio
from collections.abc import Callable
from typing import Any

from textual.app import App


def lines_of(app: App[Any]) -> list[str]:
    """Give the text on the screen, line by line."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


def line_with(app: App[Any], *texts: str) -> str:
    """Give the first line that has all the texts in it, else nothing."""
    return next((line for line in lines_of(app) if all(text in line for text in texts)), "")


async def seen(app: App[Any], look: Callable[[], Any], seconds: float = 20.0) -> None:
    """Wait until a look gives something true; fails with the screen as it is then."""
    try:
        async with asyncio.timeout(seconds):
            while not look():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError("not seen in time:\n" + "\n".join(lines_of(app))) from None


async def shows(app: App[Any], *texts: str) -> None:
    """Wait until one line has all the texts in it."""
    await seen(app, lambda: line_with(app, *texts))
