"""One job in the console: while it runs, from two browsers, cancelled, and over a crash of the service."""

import asyncio

from playwright.async_api import expect

from tests.browser.sampling import falls, looks_until_its_end
from tests.browser.visitor import Visitors
from tests.service_process import Project, ServiceProcess
from tests.statements import MULTI_STAGE, TWO_STEPS, sleeping


async def test_the_bar_never_falls_and_the_timeline_grows(project: Project, visitors: Visitors) -> None:
    project.run("SELECT 1")  # the engine is there
    visitor = await visitors.visitor()
    await visitor.sees("table", "Jobs")
    job_id = project.submit(TWO_STEPS)
    await visitor.page.locator(f"[data-job='{job_id}']").get_by_role("link").click()
    await visitor.stands_at(f"/jobs/{job_id}")
    looks = await looks_until_its_end(visitor.page)
    assert looks[-1].state == "Finished"
    assert looks[-1].share == 100
    assert falls(looks) == []
    running = [look for look in looks if look.state == "Running"]
    assert len({look.share for look in running}) > 3
    assert len({look.rows for look in running}) > 1
    await expect(visitor.page.get_by_role("treegrid")).to_be_visible()
    await visitor.sees("link", "1 row")


async def test_two_browsers_see_the_same_job_and_one_cancels_it(project: Project, visitors: Visitors) -> None:
    job_id = project.submit(sleeping(400, 200))
    ada, bob = await visitors.visitor(f"/jobs/{job_id}"), await visitors.visitor()
    for each in (ada, bob):
        await expect(each.page.locator(".status", has_text="Running").first).to_be_visible()
    await bob.press(f"Cancel job {job_id}")
    question = await bob.sees("dialog", "Cancel this job?")
    await bob.press("Cancel the job", question)
    await expect(bob.page.locator(f"[data-job='{job_id}'] .status")).to_have_text("Cancelled")
    await ada.state_is("Cancelled")
    assert project.ended(job_id)["status"] == "CANCELLED"


async def test_a_page_that_is_open_while_the_service_is_killed_goes_on_with_the_next_one(
    service: ServiceProcess, project: Project, visitors: Visitors
) -> None:
    old = str(project.run(MULTI_STAGE)["job_id"])
    job_id = project.submit(sleeping(60, 500))
    visitor = await visitors.visitor(f"/jobs/{job_id}")
    await visitor.state_is("Running")
    bar = visitor.page.get_by_role("progressbar", name="The whole job")
    await expect(bar).not_to_have_attribute("aria-valuenow", "0")
    before = int(await bar.get_attribute("aria-valuenow") or 0)
    banner = visitor.page.locator(".banner")

    service.port = int(project.endpoint.rpartition(":")[2])  # the page knows no other address
    try:
        await asyncio.to_thread(service.kill)
        await expect(banner).to_contain_text("The service does not answer")
        await asyncio.to_thread(service.start)
        await expect(banner).to_contain_text("The service is back.")
        looks = await looks_until_its_end(visitor.page)
        assert falls(looks) == []
        assert looks[0].share >= before
        assert looks[-1].state == "Finished"
        await expect(banner).to_have_count(0)

        await visitor.open(f"/jobs/{old}")
        await visitor.state_is("Finished")
        rows = visitor.page.get_by_role("treegrid").get_by_role("row")
        await expect(rows.nth(3)).to_be_visible()
        await expect(visitor.page.get_by_role("img", name="% done, between")).to_be_visible()
        await expect(visitor.page.get_by_role("heading", name="Plan")).to_be_visible()
        await expect(visitor.page.get_by_role("region", name="Statement", exact=True)).to_contain_text(
            "MERGE(b)"
        )
    finally:
        service.port = 0  # and the log of the others
        if service.runs:
            await asyncio.to_thread(service.restart)
