"""Where ``connect`` finds a service."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import headway
from headway import dbapi

NOBODY = "http://127.0.0.1:9"
KEYS = {"endpoint": NOBODY, "project_id": "p", "token": "tok"}


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "ENDPOINT", "PROJECT_ID", "TOKEN"):
        monkeypatch.delenv(f"HEADWAY_{name}", raising=False)


def test_without_credentials_it_says_how_to_get_some(tmp_path: Path) -> None:
    with pytest.raises(dbapi.InterfaceError, match=r"credentials\.json does not exist[^\0]*headway serve"):
        headway.connect(home=tmp_path)


def test_the_home_may_be_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "credentials.json").write_text(json.dumps(KEYS))
    monkeypatch.setenv("HEADWAY_HOME", str(tmp_path))
    with pytest.raises(dbapi.OperationalError, match=f"{NOBODY} does not answer[^\0]*headway serve"):
        headway.connect()


def test_what_is_named_goes_before_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "credentials.json").write_text(json.dumps(KEYS | {"endpoint": "http://elsewhere:1"}))
    monkeypatch.setenv("HEADWAY_ENDPOINT", NOBODY)
    with pytest.raises(dbapi.OperationalError, match=f"{NOBODY} does not answer"):
        headway.connect(home=tmp_path)


def test_the_package_itself_loads_nothing() -> None:
    code = "import sys, headway; print(','.join(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert set(done.stdout.strip().split(",")).isdisjoint({"httpx2", "pyarrow", "headway.dbapi", "IPython"})


def test_the_package_has_nothing_else() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        headway.nope  # noqa: B018
