"""The home: one service at a time, keys for its owner only."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from headway.app.home import Home, HomeInUse
from headway.jobs.credential import Credential

KEYS = Credential("p1", "ada", "AK", "the-secret", "the-token")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "deep" / "home")
    home.make()
    return home


def test_a_new_home_is_for_its_owner_only(home: Home) -> None:
    assert mode(home.root) == 0o700
    home.make()  # and may be there already


def test_a_second_service_is_told_who_holds_the_home(home: Home) -> None:
    with home.lock(), pytest.raises(HomeInUse) as refused:
        home.lock()
    assert f"pid {os.getpid()}" in str(refused.value)
    assert str(home.root) in str(refused.value)


def test_a_home_that_was_left_can_be_taken(home: Home) -> None:
    home.lock().close()
    home.lock().close()


def test_a_home_whose_service_was_killed_can_be_taken(home: Home) -> None:
    holding = (
        "import sys; from pathlib import Path; from headway.app.home import Home;"
        "kept = Home(Path(sys.argv[1])).lock(); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(home.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(HomeInUse, match=f"pid {holder.pid}"):
            home.lock()
        holder.kill()
        holder.wait()
        home.lock().close()


def test_keys_come_back_as_they_were_written_and_only_their_owner_reads_them(home: Home) -> None:
    assert home.read_credential() is None
    home.write_credential(KEYS, "http://127.0.0.1:1")
    assert home.read_credential() == KEYS
    assert mode(home.credentials_file) == 0o600
    assert json.loads(home.credentials_file.read_text())["endpoint"] == "http://127.0.0.1:1"


def test_keys_are_replaced_whole_and_nothing_is_left_beside_them(home: Home) -> None:
    home.credentials_file.write_text("{}")
    home.credentials_file.chmod(0o644)
    home.write_credential(KEYS, "http://127.0.0.1:2")
    assert mode(home.credentials_file) == 0o600
    assert [path.name for path in home.root.iterdir()] == ["credentials.json"]


def test_every_project_has_a_place_of_its_own(home: Home) -> None:
    assert home.project("p1") != home.project("p2")
    assert home.project("p1").is_relative_to(home.root)
