"""How a value of a result looks in a table."""

import json
import re

from headway.client.figures import shortened, visible
from headway.client.seen import Cell

CELL_WIDTH = 60
NULL = "NULL"

_NUMBER = re.compile(r"(tinyint|smallint|int|integer|bigint|long|short|byte|float|double|decimal)\b")


def is_number(type_name: str) -> bool:
    """Whether a column of this Spark type is set to the right."""
    return _NUMBER.match(type_name.lower()) is not None


def cell_text(value: Cell) -> str:
    """Write one value on one line, cut when it is long. The text NULL itself gets quotes."""
    if value is None:
        return NULL
    if isinstance(value, str):
        text = f"'{value}'" if value == NULL else value
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, (list, dict)):
        text = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    else:
        text = str(value)
    return shortened(visible(text), CELL_WIDTH)
