"""The progress answer as bytes (contract section 1), cheap enough for many callers at short intervals."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from headway.dli.times import date_text
from headway.jobs.subjob import Subjob
from headway.service.watch import JobProgress

# Jobs whose rendered subjobs are kept; one takes a few kilobytes.
_KEPT_JOBS = 128


@dataclass(frozen=True, slots=True)
class _Rendered:
    """The subjobs of a job and their text. The tuple is held, so that its identity stays its own."""

    subjobs: tuple[Subjob, ...]
    parts: Mapping[int, tuple[Subjob, str]]  # by subjob id
    text: str


class ProgressView:
    """Renders progress.

    The text of ``sub_jobs`` is kept per job, for as long as the job's snapshot is the same object;
    in a new snapshot, subjobs that are the same objects as before keep theirs.
    """

    def __init__(self, zone: tzinfo) -> None:
        """``zone`` is the one that times are written in."""
        self._zone = zone
        self._rendered: OrderedDict[str, _Rendered] = OrderedDict()

    def render(self, seen: JobProgress) -> bytes:
        """Give the answer's body."""
        job, progress = seen.job, seen.progress
        head = f'{{"is_success":true,"message":"","job_id":{json.dumps(job.job_id)},"status":"{job.status}"'
        if progress.sub_job_id is not None:
            head += f',"sub_job_id":{progress.sub_job_id}'
        # Some clients refuse 0.0 and 1.0 (contract 1.8).
        fraction = progress.fraction if 0 < progress.fraction < 1 else int(progress.fraction)
        head += f',"progress":{json.dumps(fraction)}'
        if not progress.subjobs:
            self._rendered.pop(job.job_id, None)
            return f"{head}}}".encode()
        return f'{head},"sub_jobs":[{self._subjobs(job.job_id, progress.subjobs)}]}}'.encode()

    def _subjobs(self, job_id: str, subjobs: tuple[Subjob, ...]) -> str:
        kept = self._rendered.get(job_id)
        if kept is None or kept.subjobs is not subjobs:
            kept = self._render(subjobs, kept.parts if kept else {})
            self._rendered[job_id] = kept
            if len(self._rendered) > _KEPT_JOBS:
                self._rendered.popitem(last=False)
        self._rendered.move_to_end(job_id)
        return kept.text

    def _render(self, subjobs: tuple[Subjob, ...], before: Mapping[int, tuple[Subjob, str]]) -> _Rendered:
        parts = {}
        for subjob in subjobs:
            part = before.get(subjob.id)
            if part is None or part[0] is not subjob:
                part = (subjob, self._subjob(subjob))
            parts[subjob.id] = part
        return _Rendered(subjobs, parts, ",".join(text for _, text in parts.values()))

    def _subjob(self, subjob: Subjob) -> str:
        fields = {
            "id": subjob.id,
            "name": subjob.name,
            "description": subjob.description,
            "submission_time": self._time(subjob.submission_time),
            "completion_time": self._time(subjob.completion_time),
            "stage_ids": subjob.stage_ids,
            "job_group": subjob.job_group,
            "status": subjob.status,
            "num_tasks": subjob.num_tasks,
            "num_active_tasks": subjob.num_active_tasks,
            "num_completed_tasks": subjob.num_completed_tasks,
            "num_skipped_tasks": subjob.num_skipped_tasks,
            "num_failed_tasks": subjob.num_failed_tasks,
            "num_killed_tasks": subjob.num_killed_tasks,
            "num_completed_indices": subjob.num_completed_indices,
            "num_active_stages": subjob.num_active_stages,
            "num_completed_stages": subjob.num_completed_stages,
            "num_skipped_stages": subjob.num_skipped_stages,
            "num_failed_stages": subjob.num_failed_stages,
            "killed_tasks_summary": _plain(subjob.killed_tasks_summary),
        }
        said = {name: value for name, value in fields.items() if value is not None}
        return json.dumps(said, separators=(",", ":"))

    def _time(self, epoch_ms: int | None) -> str | None:
        return None if epoch_ms is None else date_text(epoch_ms, self._zone)


def _plain(summary: Mapping[str, int] | None) -> dict[str, int] | None:
    return None if summary is None else dict(summary)
