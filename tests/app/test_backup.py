"""A home goes into a file and becomes a home again; Spark's part in it is only files here."""

import asyncio
import fcntl
import json
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from headway.app import picture
from headway.app.backup import BackupFailed, Taken, take_backup
from headway.app.home import Home, HomeInUse
from headway.app.restore import Restored, RestoreFailed, restore_backup
from headway.engine.pause import PauseTooLong
from headway.jobs.credential import Credential
from headway.jobs.job import ResultFigures
from headway.jobs.lifecycle import JobState, Reason
from headway.results.result_store import ResultStore
from headway.settings import Settings
from headway.store.database import Database
from headway.store.job_store import JobStore, Move
from tests.builders import a_job
from tests.results.conftest import NUMBERS, numbers

KEYS = Credential("p1", "admin", "AK", "SK", "TOKEN")


@dataclass
class Original:
    """A home in which one job has finished, one runs, one waits, and a table was made."""

    root: Path
    finished: str = ""
    running: str = ""
    waiting: str = ""
    said: list[str] = field(default_factory=list)

    async def fill(self) -> None:
        home = Home(self.root)
        home.make()
        home.write_credential(KEYS, "http://127.0.0.1:1")
        home.installation_id()
        (self.root / "headway.toml").write_text('time_zone = "UTC"\n')
        (self.root / "service.log").write_text("noise")
        database = Database(home.database_url)
        await database.migrate()
        store, results = JobStore(database), ResultStore(home.results, 1 << 20)
        ids = []
        for state in (JobState.FINISHED, JobState.RUNNING, None):
            job = a_job()
            ids.append(job.job_id)
            await store.insert(job)
            if state is None:
                continue
            with results.create("p1", job.job_id, NUMBERS) as spool:
                spool.append("r1", numbers(0, 3), 3)
            await store.move(job.job_id, Move(JobState.LAUNCHING), at=2_000)
            await store.move(job.job_id, Move(JobState.RUNNING), at=2_000)
            if state is JobState.FINISHED:
                figures = ResultFigures(3, 100, NUMBERS)
                await store.move(job.job_id, Move(state, Reason.COMPLETED, result=figures), at=3_000)
        self.finished, self.running, self.waiting = ids
        await database.close()
        project = home.project("p1")
        for name in (
            "warehouse/t/part-0",
            "warehouse/t/_temporary/0/part-1",
            "engine/scratch/x",
            "engine/engine.log",
        ):
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_text(name)

    def backup(self, target: Path) -> Taken:
        def tell(what: str, _done: int, _total: int) -> None:
            if what not in self.said:
                self.said.append(what)

        return take_backup(Settings(home=self.root), target, tell)


def restore(file: Path, root: Path) -> Restored:
    return restore_backup(file, root, lambda _what, _done: None)


def rows(home: Path, job_id: str) -> list[list[object]]:
    return [list(row) for row in ResultStore(home / "results", 1).open("p1", job_id).rows(0, 10)]


def job_rows(home: Path) -> dict[str, tuple[str, str, str]]:
    with closing(sqlite3.connect(home / "headway.db")) as store:
        found = store.execute("SELECT job_id, state, reason, message FROM jobs").fetchall()
    return {job_id: (state, reason, message) for job_id, state, reason, message in found}


# Taking a backup and restoring it run an event loop of their own: these tests have none.
@pytest.fixture
def original(tmp_path: Path) -> Original:
    original = Original(tmp_path / "home")
    asyncio.run(original.fill())
    return original


@pytest.mark.parametrize("name", ["backup.tar", "backup.tar.gz"])
def test_a_home_comes_back_with_its_jobs_rows_tables_and_keys(
    original: Original, tmp_path: Path, name: str
) -> None:
    file, new = tmp_path / name, tmp_path / "new"
    taken = original.backup(file)
    assert (taken.file, taken.results, taken.projects, taken.store) == (file, 1, ("p1",), "sqlite")
    assert taken.byte_count == file.stat().st_size
    assert file.stat().st_mode & 0o777 == 0o600
    assert original.said == ["the store", "tables of project p1", "writing"]

    made = restore(file, new)
    assert (made.ended_jobs, made.head.home, made.moved_projects) == (2, str(original.root), ())
    assert rows(new, original.finished) == [[0, "row 0"], [1, "row 1"], [2, "row 2"]]
    assert (new / "headway.toml").read_text() == 'time_zone = "UTC"\n'
    assert Home(new).read_credential() == KEYS
    assert (new / "projects/p1/warehouse/t/part-0").read_text() == "warehouse/t/part-0"
    with closing(sqlite3.connect(original.root / "headway.db")) as store:
        assert store.execute("SELECT count(*) FROM jobs WHERE ended_at IS NULL").fetchone() == (2,)


def test_what_had_not_ended_is_failed_and_has_no_rows(original: Original, tmp_path: Path) -> None:
    original.backup(tmp_path / "backup.tar")
    restore(tmp_path / "backup.tar", tmp_path / "new")
    jobs = job_rows(tmp_path / "new")
    assert jobs[original.finished][:2] == ("FINISHED", "completed")
    for job_id, stage in ((original.running, "under way"), (original.waiting, "waiting")):
        state, reason, message = jobs[job_id]
        assert (state, reason) == ("FAILED", "engine lost")
        assert f"the job was {stage} when the backup of " in message
        assert not (tmp_path / "new" / "results" / "p1" / job_id).exists()


def test_what_is_of_this_machine_and_moment_stays_behind(original: Original, tmp_path: Path) -> None:
    original.backup(tmp_path / "backup.tar")
    restore(tmp_path / "backup.tar", tmp_path / "new")
    made = {str(path.relative_to(tmp_path / "new")) for path in (tmp_path / "new").rglob("*")}
    lacking = {"service.log", "installation", "projects/p1/engine", "projects/p1/warehouse/t/_temporary"}
    assert not made & {*lacking, ".restoring", ".backup", "backup.lock"}
    # Who asks before it was started must not reach the service of the original.
    assert json.loads((tmp_path / "new" / "credentials.json").read_text())["endpoint"] == ""
    assert Home(tmp_path / "new").installation_id() != Home(original.root).installation_id()


def test_rows_that_are_pruned_meanwhile_have_expired(
    original: Original, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = picture.take_picture

    def prune(*given: object) -> None:
        take(*given)  # type: ignore[arg-type]
        ResultStore(original.root / "results", 1).delete("p1", original.finished)

    monkeypatch.setattr("headway.app.backup.take_picture", prune)
    assert original.backup(tmp_path / "backup.tar").results == 0
    restore(tmp_path / "backup.tar", tmp_path / "new")
    assert job_rows(tmp_path / "new")[original.finished][0] == "FINISHED"
    assert not (tmp_path / "new" / "results").exists()


def test_a_directory_gets_a_file_that_names_the_time(original: Original, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    taken = original.backup(tmp_path / "backups")
    assert [taken.file] == list((tmp_path / "backups").iterdir())
    assert taken.file.match("headway-20*.tar")
    assert tarfile.is_tarfile(taken.file)


def test_everything_is_for_its_owner_only_even_in_an_open_directory(
    original: Original, tmp_path: Path
) -> None:
    original.backup(tmp_path / "backup.tar")
    (tmp_path / "new").mkdir(mode=0o755)
    restore(tmp_path / "backup.tar", tmp_path / "new")
    for path in (tmp_path / "new").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_backup_is_never_overwritten(original: Original, tmp_path: Path) -> None:
    (tmp_path / "backup.tar").write_text("an older one")
    with pytest.raises(BackupFailed, match="is there already"):
        original.backup(tmp_path / "backup.tar")
    assert (tmp_path / "backup.tar").read_text() == "an older one"


def test_a_pause_that_is_too_short_leaves_no_backup_and_says_what_to_do(
    original: Original, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_long(*_given: object) -> None:
        raise PauseTooLong("10 s are not enough to copy its tables")

    monkeypatch.setattr("headway.app.backup.take_picture", too_long)
    with pytest.raises(BackupFailed, match=r"project p1: 10 s .*headway engine stop"):
        original.backup(tmp_path / "backup.tar")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    assert not (original.root / ".backup").exists()


def test_one_backup_of_a_home_at_a_time(original: Original, tmp_path: Path) -> None:
    with (original.root / "backup.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(BackupFailed, match="another backup"):
            original.backup(tmp_path / "backup.tar")


def test_what_a_killed_backup_left_is_in_nobodys_way(original: Original, tmp_path: Path) -> None:
    (original.root / ".backup" / "projects").mkdir(parents=True)
    (tmp_path / ".backup.tar.partial").write_text("half")
    original.backup(tmp_path / "backup.tar")
    assert restore(tmp_path / "backup.tar", tmp_path / "new").ended_jobs == 2


def test_a_place_without_a_store_is_no_home(tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(BackupFailed):
            Original(root).backup(tmp_path / "backup.tar")
    assert not (tmp_path / "backup.tar").exists()


def test_a_home_with_anything_in_it_is_not_restored_over(original: Original, tmp_path: Path) -> None:
    original.backup(tmp_path / "backup.tar")
    with pytest.raises(RestoreFailed, match="is not empty"):
        restore(tmp_path / "backup.tar", original.root)
    (tmp_path / "new").mkdir()
    with Home(tmp_path / "new").lock(), pytest.raises(HomeInUse):
        restore(tmp_path / "backup.tar", tmp_path / "new")


def test_a_damaged_backup_leaves_the_home_empty_and_a_whole_one_follows(
    original: Original, tmp_path: Path
) -> None:
    file, damaged, new = tmp_path / "backup.tar", tmp_path / "damaged.tar", tmp_path / "new"
    original.backup(file)
    damaged.write_bytes(file.read_bytes()[:-20_000])
    with pytest.raises(RestoreFailed, match="cannot be restored"):
        restore(damaged, new)
    assert [path.name for path in new.iterdir()] == ["service.lock"]
    (new / ".restoring").mkdir()  # as a killed one leaves it
    restore(file, new)
    assert not (new / ".restoring").exists()
    assert rows(new, original.finished)


def test_a_restored_home_can_be_backed_up_again(original: Original, tmp_path: Path) -> None:
    original.backup(tmp_path / "one.tar")
    restore(tmp_path / "one.tar", tmp_path / "new")
    assert Original(tmp_path / "new").backup(tmp_path / "two.tar").results == 1
    assert restore(tmp_path / "two.tar", tmp_path / "newer").ended_jobs == 0
