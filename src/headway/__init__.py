"""Headway: SQL jobs on Apache Spark over REST, with progress that is real."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headway.dbapi import connect as connect

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    # Loaded when it is asked for: the command line is quick because this package is empty.
    if name == "connect":
        return import_module("headway.dbapi").connect
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: object) -> None:
    """Give a notebook the magics ``%headway`` and ``%%headway`` (``%load_ext headway``)."""
    import_module("headway.notebook").load_ipython_extension(shell)
