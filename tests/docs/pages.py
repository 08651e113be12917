"""Every page of the documentation, and how to take it apart."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def fences(text: str, *languages: str) -> Iterator[str]:
    """Give the contents of the code blocks in these languages."""
    for match in _FENCE.finditer(text):
        if match[1] in languages:
            yield match[2]


def prose(text: str) -> str:
    """Give a page without its code blocks."""
    return _FENCE.sub("", text)


def inline_code(text: str) -> list[str]:
    """Give what stands between backticks."""
    return [match[1] for match in _INLINE.finditer(prose(text))]


def links(text: str) -> list[str]:
    """Give the targets of all links and pictures."""
    return [match[1] for match in _LINK.finditer(prose(text))]


def anchors(text: str) -> set[str]:
    """Give what a link into this page may name."""
    headings = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def between(text: str, mark: str) -> str:
    """Give what stands between ``<!-- mark -->`` and ``<!-- /mark -->``."""
    return text.partition(f"<!-- {mark} -->\n")[2].partition(f"\n<!-- /{mark} -->")[0]


def replaced(text: str, mark: str, content: str) -> str:
    """Put something else between the marks."""
    head, start, rest = text.partition(f"<!-- {mark} -->\n")
    _, end, tail = rest.partition(f"<!-- /{mark} -->")
    if not start or not end:
        raise ValueError(f"there are no marks {mark}")
    return f"{head}{start}{content}\n{end}{tail}"
