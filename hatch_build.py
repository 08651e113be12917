"""Puts the console into what is packed; an editable installation has what ``make setup`` built."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ConsoleBuild(BuildHookInterface):
    """Builds the console before it is packed, unless it is there already."""

    def dependencies(self) -> list[str]:
        """Ask for Node when there is something to build."""
        console = _console(self.root)
        return [] if console.is_fresh() else [console.NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build."""
        if version != "editable":
            _console(self.root).build()


def _console(root: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location("console_build", Path(root) / "console" / "build.py")
    if spec is None or spec.loader is None:
        raise ImportError("console/build.py cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
