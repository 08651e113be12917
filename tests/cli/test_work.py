import io

from rich.console import Console

from headway.cli.tables import print_table
from headway.cli.work import work_view
from headway.client.seen import ProgressSeen
from headway.jobs.lifecycle import JobState
from tests.cli.snapshots import NOTE, SKEW, ended, worked


def drawn(progress: ProgressSeen) -> list[str]:
    out = io.StringIO()
    print_table(Console(file=out, width=200, highlight=False), work_view(progress))
    return out.getvalue().splitlines()


def test_an_ended_job_shows_what_it_came_to() -> None:
    assert drawn(worked(JobState.FINISHED)) == [
        "attempt    2",
        "tasks      42 of 42, 1 failed",
        "read       1.2 GB, 6,001,215 rows",
        "shuffled   300 MB",
        "written    5.0 KB, 4 rows",
        "task time  21.0 s on 8 cores",
        "",
        "WORK                  STATUS        TOOK   TASKS   FAILED     READ   FETCHED   SHUFFLED   TASK TIME",
        "─" * 99,
        "subjob 1              SUCCEEDED   2.52 s   34/34",
        "  stage 0             COMPLETE    2.50 s   34/34            1.2 GB               300 MB      19.0 s",
        "subjob 2              SUCCEEDED   0.51 s     8/8        1",
        "  stage 1             SKIPPED",
        "  stage 2 attempt 2   COMPLETE    0.50 s     8/8        1             300 MB                 2.00 s",
        "",
        f"warning: {SKEW.text}",
        f"note: {NOTE.text}",
    ]


def test_a_job_that_failed_says_how_far_it_got() -> None:
    assert drawn(worked(JobState.FAILED))[0] == "progress   43%"


def test_a_job_of_which_nothing_is_kept_shows_nothing() -> None:
    assert drawn(ended(JobState.FINISHED)) == []
