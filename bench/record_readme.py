"""Makes the picture of the README: ``headway run`` on a real service and engine, as docs/images/run.svg.

``python -m bench.record_readme [scale] [query] [speed]``. Nothing is drawn by hand: the command is typed into
a shell on a pseudo-terminal, and the film shows what came back, at the times it came. Only a ``speed`` other
than 1 changes them, and the picture then says so.
"""

import os
import sys
import tempfile
from pathlib import Path

from bench.film import film, longest, seconds, thinned
from bench.terminal import Terminal
from headway.demo.tpch import query
from tests.service_process import ServiceProcess

PICTURE = Path(__file__).parents[1] / "docs" / "images" / "run.svg"
COLUMNS, LINES = 100, 24
# Small splits, as the demonstration has them: few cores then have many short tasks.
ENGINE = {
    "HEADWAY_ENGINE__MEMORY": "2g",
    "HEADWAY_ENGINE__CONF": '{"spark.sql.files.maxPartitionBytes": "16m"}',
}


def main(scale: str = "1", number: int = 18, speed: float = 1.0) -> None:
    with tempfile.TemporaryDirectory(prefix="headway-picture-") as directory:
        home = Path(directory) / ".headway"
        home.mkdir()
        service = ServiceProcess(home, ENGINE)
        service.start()
        try:
            made = service.headway("demo", "--scale", scale, "--queries", "6")
            assert made.returncode == 0, made.stderr
            (Path(directory) / f"q{number}.sql").write_text(query(number).sql + "\n")
            recorded = record(service, directory, f"headway run --db tpch --rows 5 q{number}.sql")
        finally:
            service.headway("engine", "stop")
            service.stop()
    frames = thinned(recorded.frames)
    pace = "in real time" if speed == 1 else f"{speed:g} times as fast as it was"
    title = f"headway run: TPC-H {number} at scale {scale} on {os.cpu_count()} cores, {pace}"
    poster = longest(frames, "stage ")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(film(frames, columns=COLUMNS, title=title, speed=speed, poster=poster))
    print(f"{PICTURE}: {len(frames)} frames, {seconds(frames):.1f} s, {PICTURE.stat().st_size // 1024} kB")


def record(service: ServiceProcess, directory: str, command: str) -> Terminal:
    """Type one command into a shell and watch until its job has ended."""
    environment = {
        **service.environment,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PS1": "$ ",
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "HISTFILE": "",
    }
    shell = ["bash", "--noprofile", "--norc", "--noediting"]
    with Terminal(shell, environment, directory, COLUMNS, LINES) as terminal:
        terminal.watch_for("$", 10)
        terminal.watch(0.5)
        terminal.type(command)
        terminal.watch(0.4)
        terminal.type("\n")
        terminal.watch_for("FINISHED", 300)
        terminal.watch(1.0)
    return terminal


if __name__ == "__main__":
    given = sys.argv[1:]
    main(*given[:1], *map(int, given[1:2]), *map(float, given[2:3]))
