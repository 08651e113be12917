"""The file of a backup comes back as it went in, or not at all."""

import io
import json
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.app.archive import BackupHead, BrokenBackup, new_backup, open_backup

HEAD = BackupHead("/old/home", 1_795_000_000_000, "0.1.0", "sqlite")
TOPS = frozenset({"results", "projects", "keys.json"})


def quiet(_count: int) -> None:
    return None


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "projects"
    (root / "p1" / "warehouse" / "empty.db").mkdir(parents=True)
    (root / "p1" / "warehouse" / ("long" * 40)).mkdir()
    (root / "p1" / "warehouse" / ("long" * 40) / "ü = 1.parquet").write_bytes(b"rows" * 1000)
    return root


def written(tmp_path: Path, tree: Path, *, compress: bool = False) -> Path:
    file = tmp_path / "backup"
    with file.open("wb") as out, new_backup(out, HEAD, quiet, compress=compress) as backup:
        backup.add_bytes("keys.json", b"{}")
        backup.add_tree("projects", tree)
    return file


def contents(root: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(root)): path.read_bytes() if path.is_file() else None for path in root.rglob("*")
    }


def extracted(file: Path, target: Path) -> BackupHead:
    with open_backup(file) as backup:
        backup.extract(target, TOPS, quiet)
        return backup.head


@pytest.mark.parametrize("compress", [False, True])
def test_everything_comes_back(tmp_path: Path, tree: Path, compress: bool) -> None:
    target = tmp_path / "new"
    assert extracted(written(tmp_path, tree, compress=compress), target) == HEAD
    assert contents(target / "projects") == contents(tree)
    assert (target / "keys.json").stat().st_mode & 0o777 == 0o600


@given(st.data())
def test_a_backup_that_was_cut_or_changed_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    tmp_path = tmp_path_factory.mktemp("damaged")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "file").write_bytes(bytes(range(256)) * 5)
    compress, change = data.draw(st.sampled_from([(True, False), (False, False), (False, True)]))
    # In thousandths: how long a packed backup is depends on the time in it.
    place = data.draw(st.integers(0, 1000))
    file = written(tmp_path, tree, compress=compress)
    whole = file.read_bytes()
    if change:
        at = whole.index(b"\x01\x02\x03\x04") + place
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
    else:
        file.write_bytes(whole[: len(whole) // 2 * place // 1000])
    with pytest.raises(BrokenBackup):
        extracted(file, tmp_path / "new")


@pytest.mark.parametrize(("compress", "step"), [(False, 256), (True, 1)])
def test_a_backup_that_ends_anywhere_before_its_end_is_refused(
    tmp_path: Path, tree: Path, compress: bool, step: int
) -> None:
    file = written(tmp_path, tree, compress=compress)
    whole = file.read_bytes()
    # What comes after the check is filling.
    end = len(whole) - 64 if compress else whole.index(b'{"sha256"') + 80
    for number, length in enumerate(range(0, end, step)):
        file.write_bytes(whole[:length])
        with pytest.raises(BrokenBackup):
            extracted(file, tmp_path / f"new{number}")


@pytest.mark.parametrize("name", ["/etc/passwd", "projects/../../escaped", "stranger"])
def test_what_is_no_part_of_a_home_is_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / "backup"
    with file.open("wb") as out, new_backup(out, HEAD, quiet, compress=False) as backup:
        backup.add_bytes(name, b"x")
    with pytest.raises(BrokenBackup, match="no part of a home"):
        extracted(file, tmp_path / "new")


def test_a_link_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "backup"
    with tarfile.open(file, "w") as tar:
        head = json.dumps(
            {"home": "/", "taken_at": 1, "version": "1", "store": "sqlite", "format": 1}
        ).encode()
        info = tarfile.TarInfo("backup.json")
        info.size = len(head)
        tar.addfile(info, io.BytesIO(head))
        link = tarfile.TarInfo("projects")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        tar.addfile(link)
    with pytest.raises(BrokenBackup, match="neither a file nor a directory"):
        extracted(file, tmp_path / "new")


def test_other_files_are_refused(tmp_path: Path, tree: Path) -> None:
    foreign = tmp_path / "foreign.tar"
    with tarfile.open(foreign, "w") as tar:
        tar.add(tree, "projects")
    with pytest.raises(BrokenBackup, match="not a backup of a Headway home"):
        extracted(foreign, tmp_path / "new")
    text = tmp_path / "text"
    text.write_text("no tar at all")
    with pytest.raises(BrokenBackup, match="cannot be read"):
        extracted(text, tmp_path / "new")


def test_a_backup_of_a_later_form_names_its_version(tmp_path: Path) -> None:
    file = tmp_path / "backup"
    later = BackupHead("/home", 1, "9.0", "sqlite", format=2)
    with file.open("wb") as out, new_backup(out, later, quiet, compress=False):
        pass
    with pytest.raises(BrokenBackup, match=r"Headway 9\.0"):
        extracted(file, tmp_path / "new")
