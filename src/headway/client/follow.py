"""Follows one job to its end, past restarts of the service, and cancels one that is not wanted any more."""

import time
from typing import Protocol

from headway.client.errors import Busy, Refused, Unreachable
from headway.client.http import HeadwayClient
from headway.client.seen import JobSeen, ProgressSeen

LONG_POLL_SECONDS = 1.0  # someone watches: a clock ticks meanwhile
UNWATCHED_POLL_SECONDS = 10.0
RETRY_SECONDS = 0.3
PATIENCE_SECONDS = 60.0  # how long a service may be away (a restart) before one gives up
CANCEL_SECONDS = 30.0  # how long a cancelled job is waited for


class Onlooker(Protocol):
    """Somebody who wants to see how a job goes."""

    def show(self, progress: ProgressSeen) -> None:
        """Take what was seen last; called about once a second, and whenever something is new."""

    def say(self, text: str) -> None:
        """Take a sentence: the service is away."""


def follow(client: HeadwayClient, job_id: str, onlooker: Onlooker | None = None) -> JobSeen:
    """Wait until a job has ended and give it; an onlooker is shown its progress.

    A service that goes away is waited for: the job runs on in the engine. Raises ``ClientError``.
    """
    etag = ""
    away_since: float | None = None
    while True:
        try:
            seen = _look(client, job_id, etag, watched=onlooker is not None)
            if isinstance(seen, ProgressSeen):
                etag = seen.etag
                if onlooker is not None:
                    onlooker.show(seen)
                job = client.job(job_id) if seen.is_terminal else None
            else:
                job = seen
        except (Busy, Unreachable) as error:
            away_since = _still_patient(error, away_since, onlooker)
            time.sleep(RETRY_SECONDS)
            continue
        away_since = None
        if job is not None and job.is_terminal:
            return job


def cancel_and_wait(client: HeadwayClient, job_id: str, seconds: float = CANCEL_SECONDS) -> JobSeen:
    """Ask for a job to be cancelled and give it when it has ended, or after ``seconds`` as it is then."""
    try:
        job = client.cancel(job_id)
    except Refused:
        job = client.job(job_id)  # it ended in this very moment
    return wait_for_end(client, job, seconds)


def wait_for_end(client: HeadwayClient, job: JobSeen, seconds: float = CANCEL_SECONDS) -> JobSeen:
    """Give a job when it has ended, or after ``seconds`` as it is then."""
    deadline = time.monotonic() + seconds
    while not job.is_terminal and time.monotonic() < deadline:
        job = client.job(job.job_id, wait=1.0)
    return job


def _look(client: HeadwayClient, job_id: str, etag: str, *, watched: bool) -> JobSeen | ProgressSeen:
    if not watched:
        return client.job(job_id, wait=UNWATCHED_POLL_SECONDS)
    try:
        return client.progress(job_id, since=etag, wait=LONG_POLL_SECONDS)
    except Busy:
        # Spark's monitoring is not there for a moment; the job's end is known without it.
        return client.job(job_id, wait=RETRY_SECONDS)


def _still_patient(error: Busy | Unreachable, away_since: float | None, onlooker: Onlooker | None) -> float:
    now = time.monotonic()
    if away_since is None:
        if onlooker is not None:
            onlooker.say(f"{error}. Waiting for it to come back")
        return now
    if now - away_since > PATIENCE_SECONDS:
        raise error
    return away_since
