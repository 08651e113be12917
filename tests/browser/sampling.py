"""Looks at the page of a running job from within, twenty times a second, until the job has ended."""

from dataclasses import dataclass
from itertools import pairwise

from playwright.async_api import Page

SAMPLER = """
() => new Promise((resolve) => {
  const seen = [];
  const look = () => {
    const bar = document.querySelector("[role=progressbar][aria-label='The whole job']");
    const state = document.querySelector(".job-title .status")?.textContent ?? "";
    const rows = document.querySelector("[role=treegrid]")?.getAttribute("aria-rowcount") ?? "1";
    if (bar) seen.push({ state, share: Number(bar.getAttribute("aria-valuenow")), rows: Number(rows) - 1 });
    if (!["Finished", "Failed", "Cancelled"].includes(state)) return;
    clearInterval(timer);
    resolve(seen);
  };
  const timer = setInterval(look, 50);
})
"""


@dataclass(frozen=True, slots=True)
class Look:
    state: str
    share: int  # percent
    rows: int  # of the timeline


async def looks_until_its_end(page: Page) -> list[Look]:
    return [Look(**each) for each in await page.evaluate(SAMPLER)]


def falls(looks: list[Look]) -> list[tuple[Look, Look]]:
    """Where the bar went back."""
    return [(before, after) for before, after in pairwise(looks) if after.share < before.share]
