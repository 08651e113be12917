"""The pages say what is so: links lead somewhere, decisions are listed, generated parts are up to date."""

import re
import tomllib
from pathlib import Path

import pytest

from headway.jobs.lifecycle import diagram
from tests.docs import diagram_page, settings_page
from tests.docs.pages import NAMES, ROOT, anchors, fences, inline_code, links

README = (ROOT / "README.md").read_text()
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()
RECORDS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
# Addresses of package registries and mirrors: which one is used is everybody's own affair.
REGISTRIES = re.compile(
    r"pypi\.|python(?:hosted)|test\.pypi|conda\.(org|io)|anaconda\.org|repo1?\.maven|mvnrepository|npm(?:js)"
    r"|docker\.io|ghcr\.io|quay\.io|--index-url|--extra-index",
    re.IGNORECASE,
)


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for link in links(page.read_text()):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{name}: {link}"
        if anchor:
            assert anchor in anchors(target.read_text()), f"{name}: {link}"


@pytest.mark.parametrize("name", NAMES)
def test_no_page_names_a_registry(name: str) -> None:
    assert REGISTRIES.search((ROOT / name).read_text()) is None


def test_the_readme_is_short_and_leads_to_every_page() -> None:
    assert len(README.splitlines()) <= 200
    led_to = {(ROOT / link).resolve() for link in links(README) if not link.startswith("https://")}
    pages = {(ROOT / name).resolve() for name in NAMES} - {(ROOT / "README.md").resolve()}
    assert {page for page in pages if page.parent.name != "adr"} <= led_to


def test_every_decision_is_listed_and_has_its_three_parts() -> None:
    listed = links((ROOT / "docs" / "adr" / "README.md").read_text())
    assert listed == [record.name for record in RECORDS]
    for number, record in enumerate(RECORDS, 1):
        text = record.read_text()
        assert text.startswith(f"# {number:04} "), record.name
        parts = re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences"], record.name


def test_the_settings_page_is_up_to_date() -> None:
    written = settings_page.current()
    assert written == settings_page.table(), "write it anew: python -m tests.docs.settings_page"


def test_the_diagram_is_up_to_date() -> None:
    assert list(fences(ARCHITECTURE, "mermaid")) == [diagram() + "\n"], "python -m tests.docs.diagram_page"
    assert diagram_page.current() == diagram_page.block()


def test_the_architecture_names_files_that_exist() -> None:
    source = ROOT / "src" / "headway"
    named = [code for code in inline_code(ARCHITECTURE) if re.fullmatch(r"[\w./*]+/([\w.*]+\.py)?", code)]
    assert len(named) > 30
    in_the_home = {"demo/", "metastore/"}
    for code in {code for code in named if "PROJECT" not in code} - in_the_home:
        assert _exists(source, code) or _exists(ROOT, code), code


def _exists(root: Path, pattern: str) -> bool:
    return any(root.glob(pattern.rstrip("/")))


def test_the_architecture_knows_every_package() -> None:
    packages = {path.parent.name for path in (ROOT / "src" / "headway").glob("*/__init__.py")}
    assert packages <= set(inline_code(ARCHITECTURE))


def test_the_changelog_begins_with_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    first = re.search(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert first is not None
    assert first[1] == version


def test_the_picture_is_small_whole_and_moves() -> None:
    picture = (ROOT / "docs" / "images" / "run.svg").read_text()
    assert len(picture) < 400_000
    assert picture.rstrip().endswith("</svg>")
    assert "@keyframes" in picture
    assert "FINISHED" in picture
    assert "<script" not in picture
