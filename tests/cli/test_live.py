import io
from dataclasses import replace

from rich.console import Console

from headway.cli.live import SMALL, live_view
from headway.client.seen import ProgressSeen, SubjobSeen, WaitingSeen
from headway.jobs.subjob import Stage
from tests.cli.snapshots import NOTE, SKEW, between, planning, running, unsure, waiting


def drawn(progress: ProgressSeen | None, *, width: int = 120, title: str = "SELECT 1") -> list[str]:
    out = io.StringIO()
    left = progress.estimate.remaining if progress else None
    Console(file=out, width=width, highlight=False).print(live_view(progress, 12.4, title, left))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_a_job_that_waits_says_for_what() -> None:
    lines = drawn(waiting("launching", "Starting Spark (step 2)"))
    assert lines[0] == "SELECT 1"
    assert lines[1].startswith("launching")
    assert "%" not in lines[1]
    assert lines[2].strip() == "12.4 s · Starting Spark (step 2)"


def test_a_running_job_has_its_subjobs_and_their_active_stages() -> None:
    assert drawn(running(34, 80)) == [
        "SELECT 1",
        "running      ━━━━━━━━━━──────────────     42%",
        "             12.4 s · 1.2 GB read · 6.0M rows",
        " subjob 1    ━━━━━━━━━━━─────────────   34/80 tasks, 2 active",
        "  stage 3    ━━━━━━━━━━━─────────────   34/80 600 MB read",
    ]


def test_an_estimate_shows_its_range_and_what_is_left() -> None:
    line = drawn(unsure(running(34, 80)), width=80)[1]
    assert line == f"running      {'━' * 6}{'╍' * 12}{'─' * 6}     50% about 12 s left, 8 to 20 s"


def test_what_it_waits_for_takes_the_place_of_figures_and_moves_no_line() -> None:
    busy = running(34, 80)
    blocked = replace(busy, waiting=WaitingSeen("cores", "Waits for cores: job j2 has all 8"))
    before, after = drawn(busy), drawn(blocked)
    assert after[2].strip() == "12.4 s · Waits for cores: job j2 has all 8"
    assert after[3:] == before[3:]


def test_warnings_stand_above_the_subjobs_and_notes_do_not() -> None:
    lines = drawn(replace(running(34, 80), findings=(NOTE, SKEW)))
    assert lines[3] == f"warning: {SKEW.text}"
    assert lines[4].strip().startswith("subjob 1")
    assert not any(NOTE.text in line for line in lines)


def test_the_last_subjob_stays_until_the_next_begins() -> None:
    busy = running(34, 80)
    assert drawn(between(busy))[:5] == drawn(busy)
    assert drawn(between(busy))[5].strip() == "… 1 done"


def test_columns_keep_their_places_whatever_is_shown() -> None:
    bars = {
        line.index("━")
        for progress in (running(1, 2), running(40, 80, subjobs=30), unsure(running(900, 1_000)))
        for line in drawn(progress)
        if "━" in line
    }
    assert len(bars) == 1


def test_many_subjobs_and_stages_fit_a_small_terminal() -> None:
    stages = tuple(Stage(number, 0, "ACTIVE", num_tasks=9) for number in range(40))
    busy = running(1, 10, subjobs=30)
    many = replace(
        busy,
        subjobs=tuple(SubjobSeen(each.subjob, stages) for each in busy.subjobs),
        findings=tuple(replace(SKEW, stage_id=number) for number in range(9)),
    )
    lines = drawn(many, width=80)
    assert len(lines) == 3 + SMALL.warnings + SMALL.subjobs * (2 + SMALL.stages) + 1
    assert len(lines) < 24
    assert lines[-1].strip() == f"… {30 - SMALL.subjobs} more subjobs"


def test_every_line_fits_a_narrow_terminal() -> None:
    long = replace(SKEW, text="z" * 300)
    lines = drawn(replace(unsure(running(34, 80)), findings=(long,)), width=60, title="y" * 300)
    assert len(lines) == 6
    assert all(len(line) <= 60 for line in lines)


def test_names_from_outside_cannot_steer_the_terminal() -> None:
    lines = drawn(waiting("launching", "\x1b[2J[bold]x"), title="\x07 --")
    assert all(line.isprintable() for line in lines)
    assert "[bold]x" in lines[2]


def test_before_the_first_answer_and_while_planning_there_is_a_picture() -> None:
    assert drawn(None)[1].startswith("submitting")
    assert drawn(planning())[1].startswith("planning")
