from headway.cli.plain import PlainLines
from headway.jobs.lifecycle import JobState
from tests.cli.snapshots import ended, planning, running, waiting


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
