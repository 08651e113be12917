"""The directory of all results: ``<root>/<project>/<job>/`` holds one. Blocking file work throughout."""

import re
from dataclasses import dataclass
from pathlib import Path

from headway.jobs.errors import InvalidRequest
from headway.results.spool import DATA, INDEX, SCHEMA, Spool
from headway.results.stored import StoredResult

# Letters, digits, hyphens, underscores: neither a way out of the root nor a hidden name.
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class KeptResult:
    """What is on disk of one job's rows. ``changed_at`` is when it was last written to, epoch ms."""

    project_id: str
    job_id: str
    byte_count: int
    changed_at: int


class ResultStore:
    """Creates, resumes, opens and deletes results. ``limit_bytes`` bounds the Arrow data of each one."""

    def __init__(self, root: Path, limit_bytes: int) -> None:
        self._root = root
        self._limit_bytes = limit_bytes

    def create(self, project_id: str, job_id: str, schema_json: str) -> Spool:
        """Begin a result, replacing what an earlier attempt of the job left."""
        directory = self._directory(project_id, job_id)
        self.delete(project_id, job_id)
        directory.mkdir(parents=True, mode=0o700)
        (directory / DATA).touch()
        (directory / INDEX).touch()
        # The schema comes last and whole: its presence says that there is a result.
        unfinished = directory / f"{SCHEMA}.new"
        unfinished.write_text(schema_json, "utf-8")
        unfinished.rename(directory / SCHEMA)
        return Spool(directory, self._limit_bytes)

    def resume(self, project_id: str, job_id: str) -> Spool | None:
        """Go on with a result that a process left behind, cut back to its last whole response.

        ``None`` when the job has none.
        """
        directory = self._directory(project_id, job_id)
        return Spool(directory, self._limit_bytes) if (directory / SCHEMA).is_file() else None

    def open(self, project_id: str, job_id: str, *, is_complete: bool = True) -> StoredResult:
        """Give a result for reading, finished or not; raises ``ResultExpired`` when there is none.

        Whether more rows will come (``is_complete``) is for the caller to know: files do not tell.
        """
        return StoredResult(self._directory(project_id, job_id), is_complete=is_complete)

    def delete(self, project_id: str, job_id: str) -> None:
        """Remove a result, if there is one. Who reads it goes on: open files stay until they are closed."""
        directory = self._directory(project_id, job_id)
        # First: without a schema there is no result, whatever else a kill leaves.
        (directory / SCHEMA).unlink(missing_ok=True)
        try:
            for path in directory.iterdir():
                path.unlink(missing_ok=True)  # another process may be removing it too
            directory.rmdir()
        except FileNotFoundError:
            return

    def find(self, project_id: str, job_id: str) -> KeptResult | None:
        """Give what is on disk of a result, also what a kill has left of one; ``None`` when nothing is."""
        return _kept(project_id, self._directory(project_id, job_id))

    def find_all(self) -> list[KeptResult]:
        """Give everything that is on disk, as ``find`` does."""
        return [
            kept
            for project in _directories(self._root)
            for directory in _directories(project)
            if (kept := _kept(project.name, directory)) is not None
        ]

    def _directory(self, project_id: str, job_id: str) -> Path:
        for field, name in (("project_id", project_id), ("job_id", job_id)):
            if not _SAFE.fullmatch(name):
                raise InvalidRequest(field, "letters, digits, '-' and '_' only, at most 64")
        return self._root / project_id / job_id


def _kept(project_id: str, directory: Path) -> KeptResult | None:
    try:
        files = [path.stat() for path in directory.iterdir()]
        newest = max(stat.st_mtime_ns for stat in [directory.stat(), *files])
    except FileNotFoundError:
        return None  # there is none, or it is being removed
    return KeptResult(project_id, directory.name, sum(stat.st_size for stat in files), newest // 1_000_000)


def _directories(root: Path) -> list[Path]:
    try:
        return [path for path in root.iterdir() if path.is_dir() and _SAFE.fullmatch(path.name)]
    except FileNotFoundError:
        return []
