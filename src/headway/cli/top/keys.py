"""The page that tells what the keys do."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from headway.cli.bars import range_bar

KEYS = (
    ("up down", "choose a job; also PgUp, PgDn, Home, End"),
    ("enter", "open it: subjobs, stages, findings, statement"),
    ("c", "cancel it, after a question"),
    ("y", "copy its id to the clipboard"),
    ("/", "search in statements; Esc shows all again"),
    ("f", "all, active, finished, failed, cancelled jobs"),
    ("s", "running first, newest, longest, by queue"),
    ("?", "this page"),
    ("q", "back; from the list: quit"),
)


class Keys(ModalScreen[None]):
    """What the keys do, and how to read a bar."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark,enter", "dismiss", "Back")]
    DEFAULT_CSS = """
    Keys { align: center middle; }
    Keys > Vertical { width: 66; max-width: 95%; height: auto; border: round; padding: 1 2; }
    """

    def compose(self) -> ComposeResult:
        """Draw the page."""
        text = Text()
        for key, meaning in KEYS:
            text.append(f"{key:<10}", style="bold").append(f"{meaning}\n")
        text.append("\n").append_text(range_bar(0.4, 0.55, 0.75, 10))
        text.append("  done for sure, probably done, perhaps done, left\n")
        text.append("\nJobs go on when this is closed.", style="dim")
        with Vertical():
            yield Static(text)
