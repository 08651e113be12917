"""What ``headway backup`` and ``headway restore`` say when they cannot."""

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from headway.cli.main import app


def headway(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--home", str(home), *arguments])


def test_a_place_that_is_no_home_gives_no_backup(tmp_path: Path) -> None:
    said = headway(tmp_path, "backup", str(tmp_path / "backup.tar"))
    assert (said.exit_code, said.stdout) == (1, "")
    assert "no backup was taken" in said.stderr
    assert "holds no store" in said.stderr
    assert not (tmp_path / "backup.tar").exists()


@pytest.mark.parametrize(("text", "why"), [("no backup", "cannot be read"), ("", "cannot be read")])
def test_what_is_no_backup_is_not_restored(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "file").write_text(text)
    said = headway(tmp_path / "anywhere", "restore", str(tmp_path / "file"), "--home", str(tmp_path / "new"))
    assert said.exit_code == 1
    assert "nothing was restored" in said.stderr
    assert why in said.stderr
    assert not (tmp_path / "anywhere").exists()


def test_a_home_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "headway.db").write_text("precious")
    said = headway(tmp_path / "home", "restore", str(tmp_path / "file"))
    assert said.exit_code == 1
    assert "is not empty" in said.stderr
    assert (tmp_path / "home" / "headway.db").read_text() == "precious"
