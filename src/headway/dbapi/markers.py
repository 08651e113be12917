"""Puts values in the places of ``?`` in a statement."""

from collections.abc import Mapping, Sequence
from itertools import chain

from headway.dbapi.errors import ProgrammingError
from headway.dbapi.literals import literal
from headway.jobs.lexis import Kind, tokens


def rendered(operation: str, parameters: Sequence[object] | None) -> str:
    """Write the statement with its values; a ``?`` in a string, a quoted name or a comment is none.

    Without parameters (``None``) the statement stays as it is. Raises ``ProgrammingError`` when there are
    more or fewer values than places, and what ``literal`` raises.
    """
    if parameters is None:
        return operation
    if isinstance(parameters, Mapping | str | bytes):
        raise ProgrammingError("parameters are a sequence of values, one for each ? (paramstyle qmark)")
    marks = (token.start for token in tokens(operation) if token.kind is Kind.MARK)
    places = [mark for mark in marks if operation[mark] == "?"]
    if len(places) != len(parameters):
        raise ProgrammingError(f"the statement has {len(places)} ?, and {len(parameters)} values were given")
    ends = [place + 1 for place in places]
    between = [operation[start:end] for start, end in zip([0, *ends], [*places, None], strict=True)]
    values = [literal(value) for value in parameters]
    return "".join(chain.from_iterable(zip(between, [*values, ""], strict=True)))
