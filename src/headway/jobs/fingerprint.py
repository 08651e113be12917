"""What makes two runs comparable: the statement without its literals, and the shape of its first plan."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from headway.jobs.lexis import Kind, Token, tokens
from headway.jobs.plan import QUERY_STAGES, Plan, PlanNode

LITERAL = "?"
_NUMBER_FORM = r"(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:e[+-]?[0-9]++)?(?:bd|[lsydf])?(?!\w)"
# Spark's number literals; what a letter or digit follows is an identifier.
_NUMBER = re.compile(_NUMBER_FORM, re.IGNORECASE)
# The rest of a list of plain literals, and more rows of such: read at one go, as they may be very long.
_ITEM = rf"""\s*+(?:[+-]?{_NUMBER_FORM}|'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+")"""
_MORE_ITEMS = re.compile(rf"(?:\s*+,{_ITEM})*+", re.IGNORECASE | re.DOTALL)
_MORE_ROWS = re.compile(rf"(?:\s*+,\s*+\({_ITEM}(?:\s*+,{_ITEM})*+\s*+\))*+", re.IGNORECASE | re.DOTALL)
_TOKENS_READ = 10_000  # some hundredths of a second at most
# Before a string these belong to the literal: DATE '2024-01-31', X'1F'.
_TYPES = frozenset({"date", "time", "timestamp", "timestamp_ltz", "timestamp_ntz", "interval", "x"})
# After these, as after any mark but a closing bracket, a sign belongs to the number.
_BEFORE_OPERAND = re.compile(
    "select|where|on|having|and|or|not|between|in|like|then|else|when|case|by|limit|offset|values|interval"
)
_CLOSING = frozenset({")", "]", LITERAL})
# What adaptive execution adds to a plan as it goes, so that it depends on when the plan was read.
_ADDED = QUERY_STAGES | {"AdaptiveSparkPlan", "AQEShuffleRead", "ColumnarToRow", "RowToColumnar"}
_ID = re.compile(r"#\d+")
_DIGEST_BYTES = 16


def fingerprint(sql: str) -> str:
    """Give 32 hexadecimal digits that are the same for statements that differ in literals alone.

    Comments, white space, the case of letters, and the lengths of lists of literals do not count either;
    hints do, with their numbers. Text in double quotes is taken for a string. Of a statement of very many
    tokens the last ones count letter by letter. Never raises.
    """
    pieces = _pieces(sql)
    while pieces and pieces[-1] == ";":
        pieces.pop()
    return _digest(" ".join(pieces))


def shape(plan: Plan) -> str:
    """Give 32 hexadecimal digits for the operators of a plan and their order, without sizes."""
    trees = ("\n".join(f"{depth} {name}" for depth, name in _operators(tree)) for tree in plan.trees)
    return _digest("\n\n".join(trees))


def first_shape(plans: Sequence[Plan]) -> str | None:
    """Give the shape of the first of a statement's plans that Spark has told; ``None`` before that."""
    return next((shape(plan) for plan in plans if plan.trees), None)


def _digest(text: str) -> str:
    # A text may hold half of a surrogate pair.
    data = text.encode(errors="surrogatepass")
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).hexdigest()


def _pieces(sql: str) -> list[str]:
    pieces: list[str] = []
    at = 0
    in_hint = False
    budget = _TOKENS_READ
    while at < len(sql) and budget:
        # Begins anew after everything that was read at one go.
        for token in islice(tokens(sql, at), budget):
            budget -= 1
            at = token.end
            if token.kind in (Kind.SPACE, Kind.COMMENT):
                continue
            text = sql[token.start : token.end].lower()
            if in_hint:
                pieces.append(text)
                in_hint = not sql.startswith("*/", token.start)
            elif (end := _literal_end(sql, token)) is not None:
                at = _add_literal(pieces, sql, end, is_text=token.kind is Kind.QUOTED)
            elif text == ")":
                at = _close(pieces, sql, token.end)
            else:
                pieces.append(text)
                in_hint = sql.startswith("/*+", token.start)
            if at != token.end:
                break
    return [*pieces, sql[at:]] if at < len(sql) else pieces


def _literal_end(sql: str, token: Token) -> int | None:
    """Give the end of the literal that begins with a token, if one does."""
    first = sql[token.start]
    if token.kind is Kind.QUOTED:
        return None if first == "`" else token.end
    if first not in "0123456789.":
        return None
    number = _NUMBER.match(sql, token.start)
    return None if number is None else number.end()


def _add_literal(pieces: list[str], sql: str, end: int, *, is_text: bool) -> int:
    """Add a literal that ends at ``end``; gives the end of what was read with it."""
    if is_text and pieces and pieces[-1] in _TYPES:
        pieces.pop()
    if pieces and pieces[-1] in ("-", "+") and not _is_operand(pieces[-2:-1]):
        pieces.pop()
    if pieces[-3:] == ["(", LITERAL, ","]:
        pieces.pop()  # one more of a list
    else:
        pieces.append(LITERAL)
    return _past(_MORE_ITEMS, sql, end) if pieces[-2:-1] == ["("] else end


def _is_operand(last: list[str]) -> bool:
    """Tell whether a sign that follows is one between two operands."""
    if not last:
        return False
    piece = last[0]
    is_word = piece[0] == "`" or piece[0] == "_" or piece[0].isalnum()
    return piece in _CLOSING or (is_word and _BEFORE_OPERAND.fullmatch(piece) is None)


def _close(pieces: list[str], sql: str, end: int) -> int:
    """Add a closing bracket that ends at ``end``; gives the end of what was read with it."""
    is_row = pieces[-2:] == ["(", LITERAL]
    if is_row and pieces[-5:-2] == [LITERAL, ")", ","] and pieces[-6:-5] == ["("]:
        del pieces[-4:]  # one more row of literals
    pieces.append(")")
    return _past(_MORE_ROWS, sql, end) if is_row else end


def _past(more: re.Pattern[str], sql: str, at: int) -> int:
    found = more.match(sql, at)
    return at if found is None else found.end()


def _operators(tree: tuple[PlanNode, ...]) -> Iterator[tuple[int, str]]:
    above: list[int] = []  # depths of the operators that are kept, from the root down
    for node in tree:
        while above and above[-1] >= node.depth:
            above.pop()
        if node.name not in _ADDED:
            yield len(above), _ID.sub("", node.name)
            above.append(node.depth)
