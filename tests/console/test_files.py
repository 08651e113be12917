"""The page and its files, as a browser gets them."""

import os
import re
from pathlib import Path

import httpx2
import pytest

from tests.console.scene import Scene

SCRIPT = b"export const jobs = [];\n" * 200
INDEX = (
    b"<!doctype html>\n<html>\n  <head>\n    <title>Headway</title>\n  </head>\n  <body></body>\n</html>\n"
)


@pytest.fixture
def static(scene: Scene) -> Path:
    static = scene.home / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_bytes(INDEX)
    (static / "assets" / "index-B1c2.js").write_bytes(SCRIPT)
    (static / "icon.svg").write_bytes(b"<svg/>")
    (static / ".built").write_text("secret")
    return static


@pytest.fixture
def http(scene: Scene, static: Path) -> httpx2.AsyncClient:
    return scene.browser()


def policy(answer: httpx2.Response) -> dict[str, list[str]]:
    parts = (part.split() for part in answer.headers["content-security-policy"].split(";"))
    return {name: values for name, *values in parts}


async def test_the_page_allows_nothing_but_its_own_files(http: httpx2.AsyncClient) -> None:
    page = await http.get("/console/")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    nonce = re.search(r'<meta name="csp-nonce" content="([\w-]{20,})" />', page.text)
    assert nonce is not None
    assert policy(page) == {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", f"'nonce-{nonce[1]}'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["cache-control"] == "no-cache"
    assert page.text.replace(f"\n    {nonce[0]}", "").encode() == INDEX


async def test_no_two_pages_have_the_same_nonce(http: httpx2.AsyncClient) -> None:
    pages = [await http.get(path) for path in ("/console/", "/console/", "/console/index.html")]
    assert len({page.headers["content-security-policy"] for page in pages}) == 3
    assert not any("etag" in page.headers for page in pages)


@pytest.mark.parametrize(("path", "to"), [("/", "/console/"), ("/console", "/console/")])
async def test_the_way_to_the_page_holds_behind_any_prefix(
    http: httpx2.AsyncClient, path: str, to: str
) -> None:
    answer = await http.get(path)
    assert (answer.status_code, answer.headers["location"]) == (307, "console/")
    assert str(answer.url.join(answer.headers["location"])) == f"http://service{to}"


async def test_a_file_that_is_named_by_its_content_is_kept_for_ever(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/console/assets/index-B1c2.js")
    assert answer.content == SCRIPT
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(SCRIPT) / 10
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert policy(answer) == {"default-src": ["'none'"], "frame-ancestors": ["'none'"]}


async def test_who_takes_no_gzip_gets_the_file_as_it_is(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/console/assets/index-B1c2.js", headers={"Accept-Encoding": "identity"})
    assert answer.content == SCRIPT
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["etag"] != (await http.get("/console/assets/index-B1c2.js")).headers["etag"]


async def test_a_file_that_is_known_is_not_sent_again(http: httpx2.AsyncClient, static: Path) -> None:
    first = await http.get("/console/icon.svg")
    assert (first.headers["cache-control"], first.headers["content-type"]) == ("no-cache", "image/svg+xml")
    known = {"If-None-Match": f'"x", W/{first.headers["etag"]}'}
    again = await http.get("/console/icon.svg", headers=known)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])


async def test_asking_for_the_headers_alone_is_answered(http: httpx2.AsyncClient) -> None:
    for path in ("/console/", "/console/icon.svg"):
        answer = await http.head(path)
        assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/console/nothing.js",
        "/console/assets",
        "/console/assets/",
        "/console/.built",
        "/console/../headway.db",
        "/console/%2e%2e/headway.db",
        "/console/..%2fheadway.db",
        "/console/assets/..%2f..%2fheadway.db",
        "/console/%2fetc/passwd",
        "/console//etc/passwd",
        "/console/index.html/",
        "/console/index.html%00",
    ],
)
async def test_nothing_else_is_given_away(http: httpx2.AsyncClient, path: str) -> None:
    url = httpx2.URL("http://service").copy_with(raw_path=path.encode())  # as it is: nobody tidies it up
    answer = await http.get(url)
    assert (answer.status_code, answer.json()["error_code"]) == (404, "APIGW.0101")


async def test_a_file_cannot_be_written(http: httpx2.AsyncClient) -> None:
    assert (await http.put("/console/icon.svg", content="x")).status_code == 405


async def test_a_console_that_was_not_built_says_how(scene: Scene) -> None:
    for path in ("/console/", "/console/assets/index-B1c2.js"):
        answer = await scene.browser().get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (503, "text/plain; charset=utf-8")
        assert "make setup" in answer.text


async def test_another_build_is_taken_up_by_a_service_that_runs(
    http: httpx2.AsyncClient, static: Path
) -> None:
    assert (await http.get("/console/assets/index-B1c2.js")).status_code == 200
    (static / "assets" / "index-B1c2.js").unlink()
    (static / "assets" / "index-D3e4.js").write_bytes(b"new")
    (static / "index.html").write_bytes(INDEX.replace(b"Headway", b"Headway 2"))
    os.utime(static / "index.html", ns=(1, 1))
    assert "Headway 2" in (await http.get("/console/")).text
    assert (await http.get("/console/assets/index-D3e4.js")).content == b"new"
    assert (await http.get("/console/assets/index-B1c2.js")).status_code == 404


async def test_the_page_needs_no_session_and_gives_none(http: httpx2.AsyncClient) -> None:
    assert "set-cookie" not in (await http.get("/console/")).headers
