"""The list of jobs and the page of queues and engine."""

import asyncio
import json
import re

from playwright.async_api import expect

from tests.browser.visitor import Visitors
from tests.service_process import Project, ServiceProcess
from tests.statements import sleeping


async def test_filters_live_in_the_address_and_keys_open_a_job(project: Project, visitors: Visitors) -> None:
    wanted = project.run("SELECT 'needle' AS found")["job_id"]
    project.run("SELECT 'hay' AS found")
    project.run("SELECT needle")  # fails
    visitor = await visitors.visitor("/jobs")
    page = visitor.page
    await page.get_by_label("Search statements").fill("NEEDLE")
    finished = page.get_by_role("checkbox", name="Finished")
    chip = page.get_by_role("search").get_by_text("Finished", exact=True)
    await chip.click()
    await visitor.stands_at(r"/jobs\?(search=NEEDLE&status=FINISHED|status=FINISHED&search=NEEDLE)")
    rows = page.get_by_role("table", name="Jobs").locator("tbody").get_by_role("row")
    await expect(rows).to_have_count(1)
    await page.reload()
    await expect(page.get_by_label("Search statements")).to_have_value("NEEDLE")
    await expect(finished).to_be_checked()
    await expect(rows).to_have_count(1)
    await chip.click()
    await expect(rows).to_have_count(2)
    await visitor.open("/jobs?search=needle&status=FINISHED")
    await expect(rows).to_have_count(1)
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await visitor.stands_at(f"/jobs/{wanted}")
    await page.go_back()
    await expect(page.get_by_label("Search statements")).to_have_value("needle")


async def test_queues_and_engine_show_what_runs(project: Project, visitors: Visitors) -> None:
    project.run("SELECT 1")
    jobs = [project.submit(sleeping(40, 200), queue_name="narrow") for _ in range(2)]
    visitor = await visitors.visitor("/engines")
    page = visitor.page
    await visitor.says("It takes jobs.")
    link = page.get_by_role("link", name="narrow", exact=True)
    running, waiting = (page.get_by_role("row").filter(has=link).get_by_role("cell").nth(at) for at in (0, 1))
    await expect(running).to_contain_text("1 of 1")
    await expect(waiting).to_contain_text("1 of")
    await expect(page.get_by_role("progressbar", name="Progress of SELECT count(s)").first).to_be_visible()
    await expect(page.get_by_role("img", name="Busy cores over the last 30 minutes")).to_be_visible()
    await expect(page.get_by_label("The last lines of the engine's log")).not_to_be_empty()
    async with visitor.context.expect_page() as opened:
        await page.get_by_role("link", name="SQL", exact=True).click()
    sparks_own = await opened.value
    await expect(sparks_own).to_have_title(re.compile("^Headway - SQL"))
    await expect(sparks_own.get_by_text("Running Queries").first).to_be_visible()
    await link.click()
    await visitor.stands_at(r"/jobs\?queue=narrow")
    for job in jobs:
        await expect(page.locator(f"[data-job='{job}'] .status")).to_be_visible()
        project.cancel(job)
    for job in jobs:
        await expect(page.locator(f"[data-job='{job}'] .status")).to_have_text("Cancelled")


async def test_an_engine_is_scaled_and_works_with_its_new_size(
    service: ServiceProcess, project: Project, visitors: Visitors
) -> None:
    project.run("SELECT 1")
    victim = project.submit(sleeping(400, 200))
    visitor = await visitors.visitor("/engines")
    await visitor.sees("progressbar", "Progress of SELECT count(s)", exact=False)
    await visitor.press("Scale…")
    question = await visitor.sees("dialog", "Scale the engine?")
    await expect(question).to_contain_text("1 running job will fail")
    await question.get_by_label("Memory").fill("900g")
    await visitor.press("Restart it so", question)
    await expect(question).to_contain_text("is more than this machine has")
    await question.get_by_label("Cores").fill("1")
    await question.get_by_label("Memory").fill("2g")
    try:
        await visitor.press("Restart it so", question)
        await visitor.says("1 core, 2g of memory")
        await visitor.says("It takes jobs.")
        assert project.ended(victim)["status"] == "FAILED"
        await visitor.says("on this machine, local[1]")
        rows = await asyncio.to_thread(project.rows, "SET spark.driver.memory")
        assert rows == [["spark.driver.memory", "2g"]]
    finally:
        back = await asyncio.to_thread(service.headway, "engine", "scale", "--json")
        assert back.returncode == 0, back.stderr
        assert json.loads(back.stdout)["master"] == "local[*]"
