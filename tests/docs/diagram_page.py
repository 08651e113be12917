"""The picture of a job's life in ARCHITECTURE.md. ``python -m tests.docs.diagram_page`` writes it anew."""

from headway.jobs.lifecycle import diagram
from tests.docs.pages import ROOT, between, replaced

PAGE = ROOT / "ARCHITECTURE.md"
MARK = "diagram"


def block() -> str:
    """Give the diagram as it stands in the page."""
    return f"```mermaid\n{diagram()}\n```"


def current() -> str:
    """Give what the page has."""
    return between(PAGE.read_text(), MARK)


if __name__ == "__main__":
    PAGE.write_text(replaced(PAGE.read_text(), MARK, block()))
