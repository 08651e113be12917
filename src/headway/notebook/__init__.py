"""Headway in a notebook: ``%load_ext headway``, then SQL in cells that begin with ``%%headway``."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """Register the magics with a shell of IPython."""
    from headway.notebook.magics import HeadwayMagics

    shell.register_magics(HeadwayMagics)
