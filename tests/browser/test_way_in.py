"""The way into the console, and what the first view costs."""

import json
from collections.abc import Callable

from playwright.async_api import Response, expect

from tests.browser.visitor import Visitors
from tests.service_process import Project, ServiceProcess

FIRST_VIEW_BYTES = 150_000


async def test_a_link_lets_one_person_in_and_a_token_everybody_who_has_it(
    service: ServiceProcess, project: Project, visitors: Visitors
) -> None:
    done = service.headway("console", "--json")
    assert done.returncode == 0, done.stderr
    link = json.loads(done.stdout)["url"]

    ada = await visitors.stranger()
    await ada.page.goto(link)
    await ada.stands_at("/jobs")
    await ada.sees("navigation", "Pages")

    bob = await visitors.stranger()
    await bob.page.goto(link)
    await expect(bob.page.get_by_role("alert")).to_contain_text("This link was used already")
    await bob.open("/engines")  # the door, and then where one wanted to go
    await bob.page.get_by_label("Or paste a token").fill("not a token")
    await bob.press("Sign in")
    await expect(bob.page.get_by_role("alert")).to_contain_text("This token is not known")
    await bob.page.get_by_label("Or paste a token").fill(project.token)
    await bob.press("Sign in")
    await bob.stands_at("/engines")
    await bob.sees("heading", "Engine")

    await bob.press("Sign out")
    await bob.sees("button", "Sign in")
    await bob.open("/jobs")
    await bob.sees("button", "Sign in")
    await ada.open("/jobs")  # the other one's session goes on
    await ada.sees("table", "Jobs")


async def test_the_first_view_is_small(
    visitors: Visitors, project: Project, record_testsuite_property: Callable[[str, object], None]
) -> None:
    project.run("SELECT 'first'")
    visitor = await visitors.signed_in()
    answers: list[Response] = []
    visitor.page.on("response", lambda answer: answers.append(answer))
    await visitor.open("/jobs")
    await expect(visitor.page.get_by_role("link", name="SELECT 'first'").first).to_be_visible()
    record_testsuite_property("first_view_ms", await visitor.page.evaluate("Math.round(performance.now())"))
    sizes = [await answer.request.sizes() for answer in answers if "/events" not in answer.url]
    transferred = sum(each["responseBodySize"] + each["responseHeadersSize"] for each in sizes)
    record_testsuite_property("first_view_bytes", transferred)
    assert 20_000 < transferred < FIRST_VIEW_BYTES
