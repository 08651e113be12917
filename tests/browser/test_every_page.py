"""What holds on every page in both themes, wide and narrow: axe finds nothing serious, nothing overflows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import expect

from tests.browser.visitor import Visitor, Visitors
from tests.service_process import Project, ServiceProcess
from tests.statements import MULTI_STAGE

AXE = Path(__file__).parents[2] / "console" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")
LOOKS: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1280), ("dark", 1280), ("dark", 390))
OVERFLOW = """
() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(
  () => resolve(document.documentElement.scrollWidth - document.documentElement.clientWidth))))
"""
STATEMENT = "SELECT id, nam\nFROM range(10)"


@dataclass(frozen=True)
class PageThere:
    name: str
    place: str
    landmark: tuple[Any, str]


PAGES = (
    PageThere("jobs", "/jobs", ("table", "Jobs")),
    PageThere("job", "/jobs/{finished}", ("region", "Statement")),
    PageThere("failed job", "/jobs/{failed}", ("region", "Statement")),
    PageThere("results", "/jobs/{finished}/results?chart=bar", ("button", "Copy with names")),
    PageThere("editor", "/editor", ("button", "1 problem")),
    PageThere("catalog", "/catalog/default/seen", ("region", "Create statement")),
    PageThere("engines", "/engines", ("heading", "Log")),
    PageThere("no such page", "/nowhere", ("link", "To the jobs")),
)


@pytest.fixture(scope="module")
def jobs(service: ServiceProcess) -> dict[str, str]:
    project: Project = service.project()
    project.run("DROP TABLE IF EXISTS default.seen")
    assert project.run("CREATE TABLE default.seen (number INT) USING parquet")["status"] == "FINISHED"
    return {"finished": project.run(MULTI_STAGE)["job_id"], "failed": project.run(STATEMENT)["job_id"]}


async def faults(visitor: Visitor) -> list[str]:
    """What axe finds serious on the page as it is now."""
    await visitor.page.evaluate(AXE.read_text())
    found = await visitor.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("there", PAGES, ids=lambda there: there.name)
async def test_a_page_is_accessible_and_fits(
    there: PageThere, jobs: dict[str, str], visitors: Visitors
) -> None:
    visitor = await visitors.visitor("/jobs")
    page = visitor.page
    await visitor.open(there.place.format(**jobs))
    if there.name == "editor":
        await page.get_by_role("textbox", name="SQL").click()
        await page.keyboard.insert_text(STATEMENT)
    role, name = there.landmark
    await expect(page.get_by_role(role, name=name, exact=True).first).to_be_visible()
    found = []
    for theme, width in LOOKS:
        await page.emulate_media(color_scheme=theme)
        await page.set_viewport_size({"width": width, "height": 800})
        found += [f"{theme}, {width} pixels: {fault}" for fault in await faults(visitor)]
        over = await page.evaluate(OVERFLOW)
        assert over <= 0, f"{over} pixels too wide at {width}"
    assert found == []


async def test_the_door_is_accessible(visitors: Visitors) -> None:
    visitor = await visitors.stranger()
    await visitor.open("/sign-in")
    await visitor.sees("button", "Sign in")
    assert await faults(visitor) == []
