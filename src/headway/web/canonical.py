"""The canonical request of SDK-HMAC-SHA256 (contract 6.2, steps 3 to 7): what a signature speaks of."""

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote, unquote_plus

# A path of these characters is its own canonical form: nothing to decode, nothing to encode.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9._~/-]*")


def canonical_path(raw_path: str) -> str:
    """Decode a path as it was sent, encode every segment again and end it with ``/``."""
    if not _PLAIN_PATH.fullmatch(raw_path):
        raw_path = quote(unquote(raw_path), safe="/~")
    return raw_path if raw_path.endswith("/") else raw_path + "/"


def canonical_query(raw_query: str) -> str:
    """Decode a query string as it was sent, sort its pairs by key and value, encode them again."""
    if not raw_query:
        return ""
    pairs = []
    for part in raw_query.split("&"):
        if part:
            key, _, value = part.partition("=")
            pairs.append((unquote_plus(key), unquote_plus(value)))
    pairs.sort()
    return "&".join(f"{quote(key, safe='~')}={quote(value, safe='~')}" for key, value in pairs)


def canonical_request(
    method: str, raw_path: str, raw_query: str, headers: Iterable[tuple[bytes, bytes]], payload_hash: str
) -> bytes:
    """Give the canonical request.

    ``headers`` are the signed ones: lower-case names with their raw values, in the order of SignedHeaders.
    """
    names = []
    lines = []
    for name, value in headers:
        names.append(name)
        lines.append(name + b":" + value.strip() + b"\n")
    head = f"{method}\n{canonical_path(raw_path)}\n{canonical_query(raw_query)}\n"
    return b"".join((head.encode(), *lines, b"\n", b";".join(names), b"\n", payload_hash.encode()))
