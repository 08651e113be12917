"""The directory of all results: ``<root>/<project>/<job>/`` holds one. Blocking file work throughout."""

import re
import shutil
from pathlib import Path

from headway.jobs.errors import InvalidRequest
from headway.results.spool import DATA, INDEX, SCHEMA, Spool
from headway.results.stored import StoredResult

# Letters, digits, hyphens, underscores: neither a way out of the root nor a hidden name.
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


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

    def open(self, project_id: str, job_id: str) -> StoredResult:
        """Give a result for reading, finished or not; raises ``ResultExpired`` when there is none."""
        return StoredResult(self._directory(project_id, job_id))

    def delete(self, project_id: str, job_id: str) -> None:
        """Remove a result, if there is one."""
        directory = self._directory(project_id, job_id)
        (directory / SCHEMA).unlink(missing_ok=True)
        try:
            shutil.rmtree(directory)
        except FileNotFoundError:
            return

    def _directory(self, project_id: str, job_id: str) -> Path:
        for field, name in (("project_id", project_id), ("job_id", job_id)):
            if not _SAFE.fullmatch(name):
                raise InvalidRequest(field, "letters, digits, '-' and '_' only, at most 64")
        return self._root / project_id / job_id
