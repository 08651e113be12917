import io

from rich.console import Console

from headway.cli.live import BAR_WIDTH, STAGES_SHOWN, SUBJOBS_SHOWN, bar, live_view
from headway.client.seen import ProgressSeen
from tests.cli.snapshots import planning, running, waiting


def drawn(progress: ProgressSeen | None, *, width: int = 120, title: str = "SELECT 1") -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width, highlight=False).print(live_view(progress, 12.4, title))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_a_bar_shows_what_is_done_and_what_is_being_worked_on() -> None:
    half = bar(0.5, 0.25, width=8)
    assert half.plain == "━━━━━━──"
    assert [span.style for span in half.spans] == ["green", "yellow", "bright_black"]


def test_a_bar_never_leaves_its_width() -> None:
    assert all(len(bar(done / 7, active / 3).plain) == BAR_WIDTH for done in range(9) for active in range(4))


def test_a_job_that_waits_says_for_what() -> None:
    lines = drawn(waiting("launching", "Starting Spark (step 2)"))
    assert lines[0] == "SELECT 1"
    assert lines[1].startswith("launching")
    assert "%" not in lines[1]
    assert lines[2].strip() == "Starting Spark (step 2)"


def test_a_running_job_has_its_subjobs_and_their_active_stages() -> None:
    lines = drawn(running(34, 80))
    assert lines[1].startswith("running")
    assert "42%" in lines[1]
    assert "12.4 s · 1.2 GB read · 6.0M rows" in lines[1]
    assert lines[2].split()[:2] == ["subjob", "1"]
    assert "34/80 tasks, 2 active" in lines[2]
    assert lines[3].split()[:2] == ["stage", "3"]
    assert lines[3].endswith("34/80 600 MB read")
    assert len(lines) == 4


def test_many_subjobs_do_not_fill_the_screen() -> None:
    lines = drawn(running(1, 10, subjobs=30))
    assert len(lines) <= 3 + SUBJOBS_SHOWN * (1 + STAGES_SHOWN)
    assert lines[-1].strip() == f"… {30 - SUBJOBS_SHOWN} more subjobs"


def test_every_line_fits_a_narrow_terminal() -> None:
    lines = drawn(running(34, 80), width=60, title="y" * 300)
    assert len(lines) == 4
    assert all(len(line) <= 60 for line in lines)


def test_names_from_outside_cannot_steer_the_terminal() -> None:
    lines = drawn(waiting("launching", "\x1b[2J[bold]x"), title="\x07 --")
    assert all(line.isprintable() for line in lines)
    assert "[bold]x" in lines[2]


def test_before_the_first_answer_and_while_planning_there_is_a_picture() -> None:
    assert drawn(None)[1].startswith("submitting")
    assert drawn(planning())[1].startswith("planning")
