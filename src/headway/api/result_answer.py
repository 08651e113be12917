"""Answers that carry rows: streamed, compressed when the caller takes gzip, a few converted at a time."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from headway.api.arrow_stream import arrow_pieces
from headway.api.result_part import Part
from headway.api.result_query import ResultFormat
from headway.results.export import ExportFormat, export_pieces

MEDIA_TYPES: Mapping[ResultFormat, str] = {
    ResultFormat.ARROW: "application/vnd.apache.arrow.stream",
    ResultFormat.CSV: "text/csv",
    ResultFormat.JSON: "application/json",
    ResultFormat.PARQUET: "application/vnd.apache.parquet",
    ResultFormat.RECORDS: "application/json",
}
# What a browser keeps as a file, and how its name ends.
_SAVED: Mapping[ResultFormat, ExportFormat] = {
    ResultFormat.CSV: ExportFormat.CSV,
    ResultFormat.PARQUET: ExportFormat.PARQUET,
    ResultFormat.RECORDS: ExportFormat.JSON,
}

CHUNK_BYTES = 256 << 10  # what is gathered before it is sent: small writes cost more than they carry
# More is little smaller and takes much longer: rows are sent as fast as they are compressed.
_GZIP_LEVEL = 1
_GZIP_APART_BYTES = 16 << 10  # compressed in a thread from this size on
_REFUSED = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*")


class RowsPage(Response):
    """A page that is there as a whole."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, compressed if that is asked for."""
        await _send(super().__call__, scope, receive, send)


class RowsStream(StreamingResponse):
    """Rows that are made while they are sent."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them, compressed if that is asked for."""
        await _send(super().__call__, scope, receive, send)


def stream_rows(part: Part, file_format: ResultFormat, name: str, turns: asyncio.Semaphore) -> RowsStream:
    """Answer with a part of a result; ``name`` is what its file is called, ``turns`` as in ``_in_turns``."""
    pieces = _gathered(_pieces(part, file_format))
    headers = headers_of(part, file_format, name)
    return RowsStream(_in_turns(pieces, turns), headers=headers, media_type=MEDIA_TYPES[file_format])


def head_only(part: Part, file_format: ResultFormat, name: str) -> Response:
    """Answer with what would be said of the rows, without them."""
    answer = Response(headers=headers_of(part, file_format, name), media_type=MEDIA_TYPES[file_format])
    del answer.headers["Content-Length"]  # nobody knows it before the rows are written
    return answer


def headers_of(part: Part, file_format: ResultFormat, name: str) -> Mapping[str, str]:
    """Give the headers of an answer; parts of one result get file names of their own."""
    if file_format not in _SAVED:
        return part.headers
    rows = "" if part.is_whole else f"-rows-{part.offset}-{part.offset + part.count}"
    return {
        **part.headers,
        "Content-Disposition": f'attachment; filename="{name}{rows}.{_SAVED[file_format]}"',
    }


def _pieces(part: Part, file_format: ResultFormat) -> Iterator[bytes]:
    if file_format is ResultFormat.ARROW:
        return arrow_pieces(part)
    return export_pieces(_SAVED[file_format], part.stored.columns, part.schema, part.batches())


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= CHUNK_BYTES:
            yield b"".join(held)
            held, size = [], 0
    if size:
        yield b"".join(held)


async def _in_turns(pieces: Iterator[bytes], turns: asyncio.Semaphore) -> AsyncIterator[bytes]:
    """Make one piece after the other in a thread, as many at a time as there are turns.

    Rows become text under the interpreter's lock: many threads at it would keep every other answer waiting.
    """
    while True:
        async with turns:
            piece = await asyncio.to_thread(next, pieces, None)
        if piece is None:
            return
        yield piece


async def _send(answer: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    if not _refuses_gzip(Headers(scope=scope).get("Accept-Encoding", "")):
        answer = GZipMiddleware(
            answer,
            compresslevel=_GZIP_LEVEL,
            thread_minimum_size=_GZIP_APART_BYTES,
            exclude_content_types=(MEDIA_TYPES[ResultFormat.PARQUET],),  # compressed already
        )
    await answer(scope, receive, send)


def _refuses_gzip(accepted: str) -> bool:
    # The middleware takes any mention for a yes, also "gzip;q=0" (RFC 9110, 12.5.3).
    codings = (item.partition(";") for item in accepted.lower().split(","))
    return any(name.strip() == "gzip" and _REFUSED.fullmatch(weight) for name, _, weight in codings)
