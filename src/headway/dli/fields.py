"""Fields that several calls take: names, tags, engine types (contract 2.1, 2.3)."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from headway.jobs.errors import NotAllowed

NAME_PATTERN = "^(?!_)(?![0-9]+$)[A-Za-z0-9_]*$"
NAME_LIMIT = 128
_NAME = re.compile(NAME_PATTERN.removesuffix("$") + r"\Z")
_TAG_TEXT = re.compile(r"[\w .:+\-@]*")
_TAG_KEY_LIMIT = 128
_TAG_VALUE_LIMIT = 255
_SYSTEM_TAG = "_sys_"

SPARK = "spark"
_OTHER_ENGINES = ("hetuengine", "openlookeng")


def _check_name(name: str) -> str:
    if len(name) > NAME_LIMIT:
        raise ValueError(f"must have at most {NAME_LIMIT} characters")
    if not _NAME.match(name):
        raise ValueError("must be letters, digits and _, not begin with _ and not be digits only")
    return name


def _check_queue(name: str) -> str:
    if not name:
        raise ValueError("must not be empty")
    return _check_name(name).lower()


def check_tag_key(key: str) -> str:
    """Check a tag's key; raises ``ValueError``."""
    if not 1 <= len(key) <= _TAG_KEY_LIMIT:
        raise ValueError(f"must have 1 to {_TAG_KEY_LIMIT} characters")
    if key != key.strip():
        raise ValueError("must not begin or end with a blank")
    if key.startswith(_SYSTEM_TAG):
        raise ValueError(f"must not begin with {_SYSTEM_TAG}")
    return _check_tag_text(key)


def check_tag_value(value: str) -> str:
    """Check a tag's value; raises ``ValueError``."""
    if len(value) > _TAG_VALUE_LIMIT:
        raise ValueError(f"must have at most {_TAG_VALUE_LIMIT} characters")
    return _check_tag_text(value)


def _check_tag_text(text: str) -> str:
    if not _TAG_TEXT.fullmatch(text):
        raise ValueError("may hold letters, digits, blanks and _ . : + - @ only")
    return text


def is_spark(engine_type: str) -> bool:
    """Tell whether an engine type is Spark or one of the contract's others; raises ``ValueError``."""
    known = engine_type.lower()
    if known != SPARK and known not in _OTHER_ENGINES:
        raise ValueError("must be spark or hetuEngine")
    return known == SPARK


def check_runs_here(engine_type: str) -> str:
    """Give ``spark``; raises ``NotAllowed`` for the contract's other engines, ``ValueError`` for the rest."""
    if not is_spark(engine_type):
        raise NotAllowed(f"engine_type: {engine_type} is not available here, only {SPARK}")
    return SPARK


_NAME_SCHEMA = {"type": "string", "pattern": NAME_PATTERN, "maxLength": NAME_LIMIT}

# A database or catalog; empty means the default one.
Name = Annotated[str, AfterValidator(_check_name), WithJsonSchema(_NAME_SCHEMA)]
# A queue, in lower case.
QueueName = Annotated[str, AfterValidator(_check_queue), WithJsonSchema({**_NAME_SCHEMA, "minLength": 1})]
TagKey = Annotated[str, AfterValidator(check_tag_key), Field(json_schema_extra={"maxLength": _TAG_KEY_LIMIT})]
TagValue = Annotated[
    str, AfterValidator(check_tag_value), Field(json_schema_extra={"maxLength": _TAG_VALUE_LIMIT})
]
