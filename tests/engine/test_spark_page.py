"""What of Spark's own pages is passed on."""

import pytest

from headway.engine.spark_engine import SparkEngine
from headway.engine.spark_page import check_asked, page_of
from headway.jobs.errors import InvalidRequest, NotAllowed

ROOT = "/api/v1/p1/engine/spark"


@pytest.mark.parametrize(
    "path",
    ["/jobs/job/kill/", "/jobs/job/kill", "/stages/stage/KILL/", "/SQL/../jobs/", "/executors/heapDump"],
)
def test_what_would_change_something_is_refused(path: str) -> None:
    with pytest.raises(NotAllowed):
        check_asked(path, ROOT)


@pytest.mark.parametrize("root", ["'); alert(1); ('/api", "/a b", "api", "//evil.example/x?"])
def test_a_root_that_is_no_path_never_gets_into_a_page(root: str) -> None:
    with pytest.raises(InvalidRequest):
        check_asked("/jobs/", root)


def test_only_what_a_browser_needs_is_passed_on() -> None:
    page = page_of(200, {"content-type": "text/html", "set-cookie": "a=b", "server": "Jetty"}, b"x", ROOT)
    assert page.headers == {
        "content-type": "text/html",
        "content-security-policy": "sandbox",
        "x-content-type-options": "nosniff",
    }


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("http://127.0.0.1:4040/jobs/?a=1", f"{ROOT}/jobs/?a=1"),
        (f"http://127.0.0.1:4040{ROOT}/jobs/", f"{ROOT}/jobs/"),
        ("//evil.example/jobs/", f"{ROOT}/jobs/"),
    ],
)
def test_a_redirection_stays_within_sparks_pages(location: str, leads_to: str) -> None:
    assert page_of(302, {"location": location}, b"", ROOT).headers["location"] == leads_to


async def test_sparks_own_pages_can_be_read_below_another_root(engine: SparkEngine) -> None:
    page = await engine.spark_page("/jobs/", "", ROOT)
    assert page.status == 200
    assert f'href="{ROOT}/static/' in page.body.decode()
    assert "script-src 'self' 'nonce-" in page.headers["content-security-policy"]
    assert (await engine.spark_page("/static/webui.css", "", ROOT)).headers["content-type"] == "text/css"
    first = await engine.spark_page("/", "", ROOT)
    assert (first.status, first.headers["location"]) == (302, f"{ROOT}/jobs/")


async def test_spark_shows_no_secret_of_its_doors(engine: SparkEngine) -> None:
    shown = (await engine.spark_page("/environment/", "", ROOT)).body.decode()
    address = engine._monitoring._address
    for secret in (address.connect_token, address.monitor_secret):
        assert secret is not None
        assert secret not in shown
