"""A text of several statements -> the statements, as Spark would read them."""

from dataclasses import dataclass

from headway.jobs.lexis import Kind, tokens

# After END these close a construct whose opening word is not counted: IF( and IF EXISTS are not blocks.
_UNCOUNTED = frozenset({"IF", "WHILE", "LOOP", "REPEAT", "FOR"})
# After these a statement of a script may start.
_STARTS = frozenset({";", ":", "BEGIN", "ATOMIC", "THEN", "ELSE", "DO", "LOOP", "REPEAT"})


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, with the comments before and in it.

    ``start`` characters and ``line_offset`` lines of the text precede it.
    """

    text: str
    start: int
    line_offset: int


def split_statements(text: str) -> list[Statement]:
    """Split at ``;`` outside of strings, quoted names, comments and BEGIN … END scripts.

    Statements without anything but spaces and comments are left out. Never fails: what is not closed
    reaches to the end, and Spark then says what is wrong.
    """
    statements: list[Statement] = []
    start, line, counted = 0, 0, 0
    script = _Script()
    has_content = False
    for token in tokens(text):
        if token.kind in (Kind.SPACE, Kind.COMMENT):
            continue
        word = text[token.start : token.end] if token.kind in (Kind.WORD, Kind.MARK) else ""
        script.see(word.upper())
        if word != ";" or script.is_open:
            has_content = True
            continue
        if has_content:
            first = _first(text, start, token.start)
            line, counted = line + text.count("\n", counted, first), first
            statements.append(Statement(text[first : token.start].rstrip(), first, line))
        start, script, has_content = token.end, _Script(), False
    if has_content:
        first = _first(text, start, len(text))
        statements.append(Statement(text[first:].rstrip(), first, line + text.count("\n", counted, first)))
    return statements


def _first(text: str, start: int, end: int) -> int:
    """Give the place of the first character that is not a space."""
    return end - len(text[start:end].lstrip())


class _Script:
    """Follows the blocks of one statement; only a statement that begins with BEGIN has any.

    Names may be spelled like keywords (``SELECT begin, t.end``), so a word only counts in its place:
    BEGIN where a statement may start, END there or after the expression of a CASE.
    """

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._is_script: bool | None = None
        self._before = ";"  # the word or mark before this one
        self._in_handler = False  # DECLARE … HANDLER FOR <conditions> BEGIN
        self._end_after = ""  # what stood before an END whose meaning the next word tells

    @property
    def is_open(self) -> bool:
        """Whether a block is open, so that ``;`` does not end the statement."""
        return bool(self._blocks)

    def see(self, word: str) -> None:
        """Take the next word (upper case), mark, or "" for something quoted."""
        if self._is_script is None:
            self._is_script = word == "BEGIN"
        if self._is_script:
            self._step(word)
        self._before = word

    def _step(self, word: str) -> None:
        after_end, before = self._end_after, self._before
        self._end_after = ""
        if after_end:
            self._close(after_end, word)
        if before == ".":
            return
        if word == "END" and self._blocks:
            self._end_after = before or "a quoted name"
        elif self._opens(word, before, after_end):
            self._blocks.append(word)
        if word in ("HANDLER", ";", "BEGIN"):
            self._in_handler = word == "HANDLER"

    def _opens(self, word: str, before: str, after_end: str) -> bool:
        if word == "CASE":
            return not after_end
        return word == "BEGIN" and (before in _STARTS or self._in_handler)

    def _close(self, before: str, after: str) -> None:
        """Close what an END closes, given the words before and after it."""
        if before in _STARTS:
            if after not in _UNCOUNTED:
                self._blocks.pop()
        elif self._blocks[-1] == "CASE" and after != "REPEAT":  # UNTIL <expression> END REPEAT
            self._blocks.pop()
