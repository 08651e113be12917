"""Takes the console's pictures for the documentation: a service of its own, TPC-H, real jobs.

``python -m bench.screenshots`` writes those that the pages use into docs/images;
``python -m bench.screenshots DIRECTORY`` writes every page there, at both widths, light and dark.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.async_api import Page, expect

from headway.demo.tpch import query
from tests.browser import chromium
from tests.browser.visitor import Visitor, Visitors
from tests.service_process import Project, ServiceProcess

IMAGES = Path(__file__).parents[1] / "docs" / "images"
ENGINE = {
    "HEADWAY_ENGINE__MEMORY": "2g",
    "HEADWAY_QUEUES": '{"default": {"max_concurrent": 8}, "nightly": {"max_concurrent": 1}}',
}
CONF = {"spark.sql.files.maxPartitionBytes": "2m"}
SIZES = {1280: 800, 390: 844}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
USED = {"jobs", "job-running", "results", "editor"}  # those that the documentation shows, at 1280
USED_NARROW = {"job-running"}
STAGES = 4  # that a running job has begun when it is shown
RESULT = (
    "SELECT l_shipdate, l_returnflag, sum(l_quantity) AS quantity, avg(l_discount) AS discount,"
    " count(*) AS items FROM lineitem GROUP BY 1, 2 ORDER BY 1, 2"
)
WRONG = (
    "-- The month's best customers\nSELECT c_name, sum(o_totalprice) AS total\n"
    "FROM customer JOIN orders ON c_custkey = o_custkey\n"
    "WHERE o_orderdate >= DATE'1998-07-01'\nGROUP BY c_nam\nORDER BY total DESC\nLIMIT 20"
)


@dataclass(frozen=True)
class Camera:
    """One window: its width and theme, and where its pictures go."""

    visitor: Visitor
    width: int
    theme: str
    directory: Path | None  # unset: what the documentation uses

    async def take(self, name: str) -> None:
        used = USED if self.width > 600 else USED_NARROW
        if self.directory is None and name not in used:
            return
        wide = "" if self.width > 600 else "-narrow"
        file = (self.directory or IMAGES) / f"console-{name}{wide}-{self.theme}.png"
        await self.visitor.page.mouse.move(0, 0)
        await self.visitor.page.screenshot(path=file, animations="disabled")


def jobs_before(project: Project) -> dict[str, str]:
    """Run what the pictures show the end of."""
    tpch = {"currentdb": "tpch"}
    for number in (6, 3, 12):
        project.run(query(number).sql, **tpch)
    project.run(WRONG, **tpch)
    cancelled = project.submit(query(13).sql, **tpch)
    project.cancel(cancelled)
    project.ended(cancelled)
    return {
        "finished": str(project.run(query(18).sql, **tpch)["job_id"]),
        "result": str(project.run(RESULT, **tpch)["job_id"]),
    }


def jobs_now(project: Project) -> tuple[str, list[str]]:
    """Begin what the pictures show at work; gives the one to look at, and all."""
    conf = [f"{name}={value}" for name, value in CONF.items()]
    running = [project.submit(query(number).sql, currentdb="tpch", conf=conf) for number in (21, 9)]
    nightly = [
        project.submit(query(number).sql, currentdb="tpch", conf=conf, queue_name="nightly")
        for number in (18, 3)
    ]
    return running[0], [*running, *nightly]


async def under_way(page: Page) -> None:
    """Wait until a good part of the job's timeline is there."""
    rows = "document.querySelector('[role=treegrid]')?.getAttribute('aria-rowcount')"
    await page.wait_for_function(f"() => Number({rows}) > {STAGES}", timeout=120_000)


async def of_running(cameras: list[Camera], project: Project) -> None:
    job_id, begun = jobs_now(project)
    for camera in cameras:
        await camera.visitor.open(f"/jobs/{job_id}")
    await under_way(cameras[0].visitor.page)
    await asyncio.gather(*(camera.take("job-running") for camera in cameras))
    for camera in cameras:
        await camera.visitor.open("/jobs")
    await asyncio.gather(*(at_work(camera) for camera in cameras))
    for job in begun:
        project.cancel(job)
    for job in begun:
        project.ended(job)


async def at_work(camera: Camera) -> None:
    page = camera.visitor.page
    await expect(page.get_by_role("table", name="Jobs").get_by_role("progressbar").first).to_be_visible()
    await camera.take("jobs")
    await camera.visitor.open("/engines")
    await expect(page.get_by_role("img", name="Busy cores")).to_be_visible()
    await expect(page.get_by_label("The last lines of the engine's log")).to_be_visible()
    await camera.take("engines")


async def of_the_rest(camera: Camera, jobs: dict[str, str]) -> None:
    visitor, page = camera.visitor, camera.visitor.page
    await visitor.open(f"/jobs/{jobs['finished']}")
    await visitor.sees("heading", "Plan")
    await camera.take("job-finished")
    await visitor.open(f"/jobs/{jobs['result']}/results?chart=line&x=0&y=2")
    await expect(page.get_by_role("gridcell").first).to_be_visible()
    await expect(page.get_by_role("img", name="chart of")).to_be_visible()
    await camera.take("results")
    await visitor.open("/editor")
    await page.get_by_label("Database").select_option("tpch")
    await page.get_by_role("textbox", name="SQL").click()
    await page.keyboard.press("Control+A")
    await page.keyboard.insert_text(
        "SELECT n_name, count(*) AS suppliers\nFROM supplier JOIN nation\n"
        "  ON s_nationkey = n_nationkey\nGROUP BY 1\nORDER BY 2 DESC"
    )
    await visitor.press("Run")
    await expect(page.get_by_role("gridcell").first).to_be_visible()
    await page.get_by_role("textbox", name="SQL").click()
    await page.keyboard.press("Control+End")
    await page.keyboard.insert_text(";\n\n" + WRONG)
    await visitor.sees("button", "1 problem")
    await camera.take("editor")
    await visitor.open("/catalog/tpch/lineitem")
    await visitor.sees("region", "Create statement")
    await camera.take("catalog")


def windows() -> Iterator[tuple[int, Literal["light", "dark"]]]:
    yield from product(SIZES, THEMES)


async def take_all(project: Project, directory: Path | None) -> None:
    jobs = await asyncio.to_thread(jobs_before, project)
    async with chromium.running() as browser, AsyncExitStack() as stack:
        visitors = Visitors(browser, project, stack)
        cameras = []
        for width, theme in windows():
            visitor = await visitors.signed_in(color_scheme=theme)
            await visitor.page.set_viewport_size({"width": width, "height": SIZES[width]})
            cameras.append(Camera(visitor, width, theme, directory))
        await of_running(cameras, project)
        for camera in cameras:
            await of_the_rest(camera, jobs)


def main(directory: Path | None, scale: str = "0.3") -> None:
    if directory is not None:
        directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="headway-pictures-") as name:
        service = ServiceProcess(Path(name), ENGINE)
        service.start()
        try:
            made = service.headway("demo", "--scale", scale, "--queries", "1")
            assert made.returncode == 0, made.stderr
            asyncio.run(take_all(service.project(), directory))
        finally:
            service.headway("engine", "stop")
            service.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
