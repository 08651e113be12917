from dataclasses import replace

from headway.cli.plain import STALE_SECONDS, PlainLines
from headway.jobs.lifecycle import JobState
from tests.cli.snapshots import NOTE, SKEW, ended, planning, running, unsure, waiting


def test_a_line_for_every_phase_and_every_reason_to_wait() -> None:
    lines = PlainLines()
    seen = [
        waiting("queued", "Waits for room"),
        waiting("queued", "Waits for room"),
        waiting("launching", "Starting Spark"),
        waiting("launching", "Opening the metastore"),
        planning(),
    ]
    assert [line for each in seen for line in lines.lines(each, 1.5)] == [
        "[ 1.50 s] queued: Waits for room",
        "[ 1.50 s] launching: Starting Spark",
        "[ 1.50 s] launching: Opening the metastore",
        "[ 1.50 s] planning",
    ]


def test_a_line_for_every_tenth_of_the_work() -> None:
    lines = PlainLines()
    said = [line for done in range(101) for line in lines.lines(running(done, 100), 2)]
    assert len(said) == 11
    assert said[4] == "[ 2.00 s] running 40% · 40 of 100 tasks · subjob 1 · 1.2 GB read, 6.0M rows"


def test_failed_tasks_are_told() -> None:
    assert PlainLines().lines(running(1, 10, failed=3), 2)[0].endswith("3 tasks failed")


def test_the_end_is_left_to_the_summary() -> None:
    assert PlainLines().lines(ended(JobState.FINISHED), 2) == []


def test_a_quick_statement_gets_no_lines() -> None:
    lines = PlainLines()
    assert lines.lines(waiting("launching", "Opens its session"), 0.1) == []
    assert lines.lines(planning(), 0.4) == []
    assert lines.lines(planning(), 1.4) == ["[ 1.40 s] planning"]


def test_the_remaining_time_follows_the_percentage() -> None:
    line = PlainLines().lines(unsure(running(34, 80)), 12.4)[0]
    assert line.startswith("[ 12.4 s] running 50% · about 12 s left, 8 to 20 s · 34 of 80 tasks · ")


def test_a_reason_in_which_only_figures_change_is_not_said_all_the_time() -> None:
    lines = PlainLines()
    seen = [
        (waiting("queued", f"Waits for room; {1_000 - at} before it"), 1.0 + at / 10) for at in range(599)
    ]
    said = [line for each, at in seen for line in lines.lines(each, at)]
    assert said == [
        "[ 1.00 s] queued: Waits for room; 1000 before it",
        f"[ 31.0 s] queued: Waits for room; {1_000 - int(STALE_SECONDS * 10)} before it",
    ]


def test_what_does_not_change_is_said_once() -> None:
    lines = PlainLines()
    assert [line for at in range(1, 600) for line in lines.lines(planning(), at)] == ["[ 1.00 s] planning"]


def test_a_warning_gets_a_line_when_it_comes_up_and_notes_get_none() -> None:
    lines = PlainLines()
    busy = running(34, 80)
    assert len(lines.lines(busy, 2)) == 1
    assert lines.lines(replace(busy, findings=(NOTE, SKEW)), 3) == [f"[ 3.00 s] warning: {SKEW.text}"]
    later = replace(SKEW, text="Task 7 of stage 3 holds 90% of what remains")
    assert lines.lines(replace(busy, findings=(later,)), 4) == []


def test_what_is_only_known_at_the_end_is_warned_of_too() -> None:
    done = replace(ended(JobState.FINISHED), findings=(SKEW,))
    assert PlainLines().lines(done, 2) == [f"[ 2.00 s] warning: {SKEW.text}"]


def test_reasons_from_outside_cannot_break_lines() -> None:
    assert PlainLines().lines(waiting("launching", "a\n\x1b[2J"), 2) == ["[ 2.00 s] launching: a\\n\\x1b[2J"]
