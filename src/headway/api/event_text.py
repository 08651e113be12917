"""Events in the format of ``text/event-stream`` (the HTML standard, 9.2)."""

import json
from collections.abc import Mapping

from fastapi.sse import format_sse_event
from pydantic import BaseModel

MEDIA_TYPE = "text/event-stream"
COME_BACK_MS = 2_000  # when a reader whose stream broke is to connect again
HEARTBEAT = format_sse_event(comment="")


def event_text(name: str, data: BaseModel | Mapping[str, object], event_id: str | None = None) -> bytes:
    """Give one event; without an id it does not change what a reader says it has seen."""
    text = data.model_dump_json() if isinstance(data, BaseModel) else json.dumps(data)
    return format_sse_event(event=name, data_str=text, id=event_id)


def opening(event_id: str | None = None) -> bytes:
    """Give what a stream begins with: no event, but when to come back, and after which id."""
    return format_sse_event(retry=COME_BACK_MS, id=event_id)
