"""``headway backup`` and ``headway restore``: a home as one file, and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from headway.cli.exits import FAILED, stop
from headway.cli.json_out import print_json
from headway.cli.options import AsJson
from headway.cli.place import place_of, settings_of
from headway.cli.tables import is_live, talk_console
from headway.jobs.amounts import size_text

if TYPE_CHECKING:
    from rich.console import Console

    from headway.app.backup import Tell


def backup(
    context: typer.Context,
    target: Annotated[
        Path,
        typer.Argument(help="A new file (.tar, or .tar.gz to pack it), or a directory.", metavar="FILE|DIR"),
    ],
    as_json: AsJson = False,
) -> None:
    """Write the home to one file while its service goes on. The file holds keys: keep it safe.

    The file appears under its name when it is whole. Jobs in PostgreSQL are not in it: pg_dump saves them.

    Examples:
        headway backup /backups
        headway backup monday.tar.gz
        headway --home /var/lib/headway backup /backups --json | jq -r .file
    """
    from headway.app.backup import BackupFailed, take_backup
    from headway.jobs.errors import StoreUnavailable
    from headway.store.sqlite_copy import NotCopied

    settings, console = settings_of(context), talk_console()
    try:
        with _shown(console) as tell:
            taken = take_backup(settings, target, tell)
    except (BackupFailed, NotCopied, StoreUnavailable, OSError) as error:
        raise stop(f"no backup was taken: {error}", FAILED) from error
    if as_json:
        print_json(
            {
                "file": str(taken.file),
                "byte_count": taken.byte_count,
                "results": taken.results,
                "projects": taken.projects,
                "store": taken.store,
            }
        )
        return
    holds = f"{_many(taken.results, 'result')}, tables of {_many(len(taken.projects), 'project')}"
    _say(console, f"{taken.file}: {size_text(taken.byte_count)}; {holds}")
    if taken.store == "postgresql":
        _say(console, "The jobs are in PostgreSQL and not in this file: pg_dump saves them (before this).")


def restore(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="A file that headway backup wrote.", dir_okay=False, exists=True)
    ],
    home: Annotated[
        Path | None, typer.Option(help="The new home; as before the command.", file_okay=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a new home from a backup. Jobs that had not ended when it was taken are FAILED in it.

    The home must be empty or not there; it is made whole or not at all.

    Examples:
        headway --home /var/lib/headway restore /backups/headway-20261122-190000.tar
    """
    from headway.app.home import HomeInUse
    from headway.app.restore import RestoreFailed, restore_backup

    root, console = (home or place_of(context).home).expanduser(), talk_console()
    try:
        with _shown(console) as tell:
            made = restore_backup(file, root, lambda what, done: tell(what, done, 0))
    except (RestoreFailed, HomeInUse, OSError) as error:
        raise stop(f"nothing was restored: {error}", FAILED) from error
    if as_json:
        print_json({"home": str(root), "ended_jobs": made.ended_jobs, "store": made.head.store})
        return
    _say(
        console, f"{root} is as {made.head.home} was; start it with: headway --home {quote(str(root))} serve"
    )
    if made.ended_jobs:
        _say(
            console, f"{made.ended_jobs:,} jobs had not ended when the backup was taken: they are FAILED now"
        )
    if made.head.store == "postgresql":
        _say(console, "Its jobs are in PostgreSQL: put them back with pg_restore (docs/operations.md).")


@contextmanager
def _shown(console: "Console") -> "Iterator[Tell]":
    """Show what is being done in one line, on a terminal; elsewhere only the end is said."""
    if not is_live(console):
        yield lambda _what, _done, _total: None
        return
    with console.status("…") as line:

        def tell(what: str, done: int, total: int) -> None:
            of_all = f" of {size_text(total)}" if total else ""
            line.update(f"{what}: {size_text(done)}{of_all}" if done else what)

        yield tell


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _say(console: "Console", text: str) -> None:
    console.print(text, markup=False, soft_wrap=True)
