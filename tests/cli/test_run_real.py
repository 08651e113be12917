"""The program as a person runs it, against a real service on real Spark."""

import json
import os
import pty
import re
import signal
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from tests.service_process import HEADWAY, ServiceProcess
from tests.waiting import eventually

CROSS_JOIN = "select count(*) from range(0, 1000000, 1, 40) a cross join range(0, 1000000) b"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_rows_go_to_stdout_and_the_rest_to_stderr(service: ServiceProcess) -> None:
    done = service.headway("run", "select 1 as n, cast(null as string) as s")
    assert done.returncode == 0, done.stderr
    assert [line.split() for line in done.stdout.splitlines()][::2] == [["n", "s"], ["1", "NULL"]]
    assert "FINISHED 1 row in " in done.stderr
    assert UUID.search(done.stderr)


def test_a_pipe_gets_plain_lines_only(service: ServiceProcess) -> None:
    done = service.headway("run", "select sum(id) from range(0, 3000000, 1, 8) group by id % 3")
    assert done.returncode == 0, done.stderr
    assert all(line.isprintable() for line in (done.stdout + done.stderr).splitlines())


def test_statements_run_in_order_and_use_and_set_reach_the_next(service: ServiceProcess) -> None:
    script = """
        create database if not exists cli_script; -- a comment; not an end
        use cli_script;
        set spark.sql.shuffle.partitions = 7;
        select current_schema(), ';', '${spark.sql.shuffle.partitions}'
    """
    done = service.headway("run", "--format", "csv", "-q", "-", stdin=script)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "cli_script,;,7"


def test_the_first_failure_stops_the_rest_and_shows_the_place(
    service: ServiceProcess, tmp_path: Path
) -> None:
    file = tmp_path / "script.sql"
    file.write_text("select 1 as first;\nselect nope from range(3);\nselect 3 as third")
    done = service.headway("run", str(file))
    assert done.returncode == 1
    assert "first" in done.stdout
    assert "third" not in done.stdout
    assert "UNRESOLVED_COLUMN" in done.stderr
    lines = done.stderr.splitlines()
    carets = next(at for at, line in enumerate(lines) if set(line) <= set(" |^") and "^" in line)
    start = lines[carets].index("^")
    assert lines[carets - 1][start : start + 4] == "nope"


def test_every_format_holds_the_same_rows(service: ServiceProcess, tmp_path: Path) -> None:
    done = service.headway("run", "select id, cast(id / 4 as decimal(10, 2)) d from range(1000) order by id")
    job = UUID.findall(done.stderr)[-1]
    assert "… 980 more rows; headway result" in done.stdout
    for name in ("rows.csv", "rows.json", "rows.parquet", "rows.arrow"):
        written = service.headway("result", job, "-o", str(tmp_path / name))
        assert written.returncode == 0, written.stderr
        assert written.stderr.startswith("1,000 rows in ")
    columns = [
        parquet.read_table(tmp_path / "rows.parquet").to_pydict(),
        pa.ipc.open_file(tmp_path / "rows.arrow").read_all().to_pydict(),
    ]
    assert columns[0] == columns[1]
    assert columns[0]["id"] == list(range(1000))
    assert (tmp_path / "rows.csv").read_text().splitlines()[-1] == "999,249.75"
    assert json.loads((tmp_path / "rows.json").read_text())[-1] == {"id": 999, "d": 249.75}
    assert {path.name for path in tmp_path.iterdir()} == {
        "rows.csv",
        "rows.json",
        "rows.parquet",
        "rows.arrow",
    }


def test_parquet_may_go_through_a_pipe(service: ServiceProcess) -> None:
    done = subprocess.run(
        [*HEADWAY, "run", "-q", "--format", "parquet", "select id from range(10)"],
        env=service.environment,
        capture_output=True,
        timeout=120,
    )
    assert parquet.read_table(pa.BufferReader(done.stdout)).column("id").to_pylist() == list(range(10))


def test_ctrl_c_cancels_on_the_server(service: ServiceProcess) -> None:
    process = subprocess.Popen(
        [*HEADWAY, "run", CROSS_JOIN],
        env=service.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = ""
    while "running" not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    job = UUID.findall(rest)[0]
    assert f"Cancelling job {job}" in rest
    assert "CANCELLED after " in rest
    shown = json.loads(service.headway("show", job, "--json").stdout)
    assert (shown["state"], shown["reason"]) == ("CANCELLED", "cancelled by user")


def test_a_terminal_gets_bars_that_are_wiped_in_the_end(service: ServiceProcess) -> None:
    screen, terminal = pty.openpty()
    process = subprocess.Popen(
        [
            *HEADWAY,
            "run",
            "select count(distinct sha2(cast(id as string), 256)) c from range(0, 4000000, 1, 16)",
        ],
        env={**service.environment, "TERM": "xterm-256color"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    seen = b""
    try:
        while chunk := os.read(screen, 65536):
            seen += chunk
    except OSError:
        pass  # Linux: the other side is closed
    os.close(screen)
    assert process.wait(60) == 0
    text = seen.decode()
    assert "subjob" in text
    assert "━" in text
    assert "\x1b[2K" in text, "lines are drawn over"
    assert "FINISHED" in text
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1, "the cursor comes back"


def test_jobs_show_progress_and_cancel_speak_of_the_same_job(service: ServiceProcess) -> None:
    started = service.headway("run", "-q", "select 'find me 4711'")
    assert started.returncode == 0, started.stderr
    listed = json.loads(service.headway("jobs", "--search", "me 4711", "--json").stdout)
    assert [job["statement"] for job in listed] == ["select 'find me 4711'"]
    job = listed[0]["job_id"]
    assert "select 'find me 4711'" in service.headway("show", job).stdout
    assert json.loads(service.headway("progress", job, "--json").stdout)["phase"] == "done"
    assert service.headway("progress", job, "--follow").returncode == 0
    cancelled = service.headway("cancel", job)
    assert cancelled.returncode == 1
    assert "has ended" in cancelled.stderr


def test_doctor_finds_nothing_broken(service: ServiceProcess) -> None:
    done = service.headway("doctor")
    assert done.returncode == 0, done.stdout
    assert re.search(r"^ok +engine +READY", done.stdout, re.MULTILINE)


def test_the_engine_tells_its_state(service: ServiceProcess) -> None:
    shown = json.loads(service.headway("engine", "status", "--json").stdout)
    assert shown["state"] == "READY"
    assert shown["spark_version"].startswith("4.")


@pytest.mark.parametrize(
    "arguments",
    [("run", "--format", "xml", "select 1"), ("run", "no_such_file.sql"), ("run", ""), ("jobs", "x")],
)
def test_wrong_usage_ends_with_2(service: ServiceProcess, arguments: tuple[str, ...]) -> None:
    assert service.headway(*arguments).returncode == 2


def test_a_job_that_is_not_there_is_said_so(service: ServiceProcess) -> None:
    done = service.headway("show", "nowhere")
    assert done.returncode == 1
    assert "There is no job named nowhere" in done.stderr


def test_a_named_service_that_is_not_there_ends_with_3(service: ServiceProcess) -> None:
    done = service.headway("--endpoint", "http://127.0.0.1:9", "run", "select 1")
    assert done.returncode == 3
    assert "does not answer" in done.stderr


def test_run_starts_a_service_when_there_is_none(tmp_path: Path) -> None:
    # An engine that nobody answers for: this is about the service, and needs no Spark.
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HEADWAY_")},
        "HEADWAY_HOME": str(tmp_path / "home"),
        "HEADWAY_PORT": "0",
        "HEADWAY_ENGINE__REMOTE_URL": "sc://127.0.0.1:9",
        "HEADWAY_ENGINE__REMOTE_MONITOR_URL": "http://127.0.0.1:9",
    }
    run = subprocess.run(
        [*HEADWAY, "run", "select 1"], env=env, capture_output=True, text=True, timeout=120, check=False
    )
    pid = int((tmp_path / "home" / "service.lock").read_text())
    try:
        assert "starting one in the background" in run.stderr
        assert "FAILED" in run.stderr
        assert run.returncode == 1
        listed = subprocess.run(
            [*HEADWAY, "jobs", "--json"], env=env, capture_output=True, text=True, timeout=60
        )
        assert json.loads(listed.stdout)[0]["reason"] == "engine start failed"
    finally:
        os.kill(pid, signal.SIGTERM)
    eventually(
        lambda: not Path(f"/proc/{pid}").exists() or "zombie" in Path(f"/proc/{pid}/status").read_text()
    )


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    code = "import sys, headway.cli.main; print(','.join(sorted(sys.modules)))"
    done = subprocess.run([HEADWAY[0], "-c", code], capture_output=True, text=True, timeout=60)
    loaded = set(done.stdout.strip().split(","))
    assert loaded.isdisjoint({"pyarrow", "pyspark", "sqlglot", "fastapi", "sqlalchemy", "httpx2", "pydantic"})
