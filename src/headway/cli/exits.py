"""Exit codes, and how a failure becomes one."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

OK = 0
FAILED = 1  # a job did not finish, or the service refused
USAGE = 2
UNREACHABLE = 3  # there is no service to talk to
INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def complain(text: str) -> None:
    """Say what went wrong on stderr."""
    from rich.text import Text

    from headway.cli.tables import talk_console

    talk_console().print(Text(f"headway: {text}", style="red"), soft_wrap=True)


def stop(text: str, code: int) -> typer.Exit:
    """Say what went wrong and give the exit to raise."""
    complain(text)
    return typer.Exit(code)


@contextmanager
def spoken() -> Iterator[None]:
    """Turn the errors of the client into a sentence and an exit code."""
    from headway.client.credentials import NoCredentials
    from headway.client.errors import ClientError, Unreachable

    try:
        yield
    except NoCredentials as error:
        raise stop(f"{error}\nStart it with: headway serve", UNREACHABLE) from error
    except Unreachable as error:
        raise stop(f"{error}\nStart it with: headway serve", UNREACHABLE) from error
    except ClientError as error:
        raise stop(str(error), FAILED) from error
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
