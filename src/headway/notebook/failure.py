"""Errors of a cell as people want to see them: what was wrong and where, without the calls that led to it."""

_RED, _PLAIN = "\x1b[31m", "\x1b[39m"


class CellFailed(Exception):
    """A statement failed, or a cell asks for what is not there; the text marks the place."""

    def _render_traceback_(self) -> list[str]:
        return _lines(str(self))


class CellInterrupted(KeyboardInterrupt):
    """Somebody interrupted the cell, and its job was cancelled."""

    def _render_traceback_(self) -> list[str]:
        return _lines(str(self))


def _lines(text: str) -> list[str]:
    first, *more = text.splitlines() or [""]
    return [f"{_RED}{first}{_PLAIN}", *more]
