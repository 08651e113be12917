"""What kind of statement a text is (contract section 3). Never raises; takes a few milliseconds.

Decided by keywords alone, read with Spark's own lexical rules. A full parse is no help here: it would run on
the event loop, and general SQL parsers take exponential time for some short texts (twenty JOINs without ON).

Choices where the contract is silent:
- statements that are not queries (EXPLAIN, SHOW, DESCRIBE, SET, USE, CACHE, REFRESH, ANALYZE, MSCK, CALL …)
  are DDL, as DLI counts SHOW and DESCRIBE; an explained query does not run, so it is DDL too; so is CTAS;
- MERGE is UPDATE, COPY INTO is IMPORT, INSERT OVERWRITE DIRECTORY is EXPORT;
- a BEGIN … END script and EXECUTE IMMEDIATE are DDL: what they do shows only when they run, and DDL is never
  taken for a pure read;
- so is what is not known here, or would take too long to read: Spark will say what is wrong with it.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from headway.jobs.job import JobType
from headway.jobs.lexis import Kind, brackets_end, comment_end, tokens

_BY_FIRST_WORD: Mapping[str, JobType] = {
    "SELECT": JobType.QUERY,
    "VALUES": JobType.QUERY,
    "TABLE": JobType.QUERY,
    "MAP": JobType.QUERY,
    "REDUCE": JobType.QUERY,
    "INSERT": JobType.INSERT,
    "UPDATE": JobType.UPDATE,
    "MERGE": JobType.UPDATE,
    "DELETE": JobType.DELETE,
    "LOAD": JobType.IMPORT,
    "IMPORT": JobType.IMPORT,
    "COPY": JobType.IMPORT,
    "EXPORT": JobType.EXPORT,
    "GRANT": JobType.DCL,
    "REVOKE": JobType.DCL,
    "DENY": JobType.DCL,
}
_ABOUT_ROLES = frozenset({"CREATE", "DROP", "ALTER", "SHOW", "SET"})
_ROLE_THINGS = frozenset({"ROLE", "ROLES", "GRANT", "GRANTS", "PRINCIPALS", "PRIVILEGES"})
_DIRECTORIES = (["INSERT", "OVERWRITE", "DIRECTORY"], ["INSERT", "OVERWRITE", "LOCAL", "DIRECTORY"])

# Before the first word: spaces, brackets around a query, line comments.
_LEAD = re.compile(r"(?:[\s(]++|--(?:\\\n|[^\r\n])*+)*+")
_READ = 100_000  # characters; the first word and, of a WITH or FROM, its main keyword lie within
_COMMENTS_READ = 2_000
_TOKENS_READ = 2_000  # of a WITH or FROM, outside of brackets: some milliseconds
_HEAD_READ = 64  # tokens among which the first words are
_GIVEN_UP = "…"  # stands for the rest of a text that would take too long to read


def kind_of(sql: str) -> JobType:
    """Give the kind of one statement."""
    sql = sql[:_READ]
    start = _first_word(sql)
    head = _head(sql, start)
    if not head:
        return JobType.DDL
    match head[0]:
        case "WITH":
            return _kind_of_with(sql, start)
        case "FROM":
            return _kind_of_from(sql, start)
        case "INSERT":
            return _kind_of_insert(head)
        case first if first in _ABOUT_ROLES:
            things = head[1:3] if head[1:2] == ["CURRENT"] else head[1:2]
            return JobType.DDL if _ROLE_THINGS.isdisjoint(things) else JobType.DCL
        case first:
            return _BY_FIRST_WORD.get(first, JobType.DDL)


def _first_word(sql: str) -> int:
    at = 0
    for _ in range(_COMMENTS_READ):
        lead = _LEAD.match(sql, at)
        at = lead.end() if lead else at
        if not sql.startswith("/*", at):
            break
        at = comment_end(sql, at)
    return at


def _head(sql: str, start: int) -> list[str]:
    """Give the first words, at most four, in upper case; ends at anything that is not a word."""
    words: list[str] = []
    for token in islice(tokens(sql, start), _HEAD_READ):
        if token.kind is Kind.WORD and len(words) < 4:
            words.append(sql[token.start : min(token.end, token.start + 32)].upper())
        elif token.kind not in (Kind.SPACE, Kind.COMMENT) or len(words) == 4:
            break
    return words


def _kind_of_insert(head: list[str]) -> JobType:
    is_export = any(head[: len(words)] == words for words in _DIRECTORIES)
    return JobType.EXPORT if is_export else JobType.INSERT


def _kind_of_with(sql: str, start: int) -> JobType:
    """Find the statement after the common table expressions: the first keyword that follows a ``)``."""
    before = ""
    for word, place in _outer_words(sql, start):
        if before == ")":
            if word == "FROM":
                return _kind_of_from(sql, place)
            if word in _BY_FIRST_WORD:
                return _kind_of_insert(_head(sql, place)) if word == "INSERT" else _BY_FIRST_WORD[word]
        if word == _GIVEN_UP:
            return JobType.DDL
        before = word
    return JobType.QUERY


def _kind_of_from(sql: str, start: int) -> JobType:
    """Tell Hive's ``FROM t INSERT INTO …`` from a query that begins with FROM."""
    for word, place in _outer_words(sql, start):
        if word in ("SELECT", "MAP", "REDUCE"):
            break
        if word == _GIVEN_UP:
            return JobType.DDL
        if word == "INSERT":
            head = _head(sql, place)
            if head[1:2] in (["INTO"], ["OVERWRITE"]):
                return _kind_of_insert(head)
    return JobType.QUERY


def _outer_words(sql: str, start: int) -> Iterator[tuple[str, int]]:
    """Give the words and marks outside of brackets, in upper case, with their places; ``)`` for a pair."""
    read = 0
    at = start
    while at < len(sql):
        for token in tokens(sql, at):
            at = token.end
            read += 1
            if read > _TOKENS_READ:
                yield _GIVEN_UP, at
                return
            if token.kind in (Kind.WORD, Kind.MARK):
                word = sql[token.start : min(token.end, token.start + 32)].upper()
                if word == "(":
                    end = brackets_end(sql, token.start)
                    yield (")" if end is not None else _GIVEN_UP), token.start
                    at = len(sql) if end is None else end
                    break
                yield word, token.start
            elif token.kind is Kind.QUOTED:
                yield "", token.start
    if len(sql) == _READ:
        yield _GIVEN_UP, at
