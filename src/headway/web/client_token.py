"""``X-Client-Token``: the caller's name of a submission, so that sending it twice submits it once."""

import re
from typing import Annotated

from fastapi import Header
from pydantic import AfterValidator

HEADER = "X-Client-Token"
_TOKEN = re.compile(r"[!-~]{1,128}")


def _check(token: str | None) -> str | None:
    if token is not None and not _TOKEN.fullmatch(token):
        raise ValueError("must be 1 to 128 visible ASCII characters")
    return token


ClientToken = Annotated[
    str | None,
    AfterValidator(_check),
    Header(
        alias=HEADER,
        description="A name for this submission, of 1 to 128 visible ASCII characters: the same request "
        "under the same name gives the same job, another request is refused with 409.",
    ),
]
