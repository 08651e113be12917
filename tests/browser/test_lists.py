"""The list of jobs and the page of queues and engine."""

from playwright.async_api import expect

from tests.browser.visitor import Visitors
from tests.service_process import Project
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
    await link.click()
    await visitor.stands_at(r"/jobs\?queue=narrow")
    for job in jobs:
        await expect(page.locator(f"[data-job='{job}'] .status")).to_be_visible()
        project.cancel(job)
    for job in jobs:
        await expect(page.locator(f"[data-job='{job}'] .status")).to_have_text("Cancelled")
