"""SDK-HMAC-SHA256: the signature of Huawei Cloud's SDKs (contract 6.2), checked and made.

``read`` takes an Authorization header apart and checks the date, so that a request without hope is
refused before its body is read; ``verify`` checks the signature itself.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from headway.jobs.errors import Unauthenticated
from headway.web.canonical import canonical_request

ALGORITHM = "SDK-HMAC-SHA256"
SKEW_SECONDS = 15 * 60
EMPTY_HASH = hashlib.sha256(b"").hexdigest()
UNSIGNED = "UNSIGNED-PAYLOAD"
DATE_HEADER = b"x-sdk-date"
DIGEST_HEADER = b"x-sdk-content-sha256"

_AUTHORIZATION = re.compile(
    rb"SDK-HMAC-SHA256 +Access=([^\s,]+), *"
    rb"SignedHeaders=([a-z0-9!#$%&'*+.^_`|~;-]+), *"
    rb"Signature=([0-9a-f]{64})"
)
_DATE = re.compile(rb"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_JSON_TYPES = (b"application/json", b"application/bson")

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Signed:
    """What a request says of its signature."""

    access_key: str
    date: bytes
    headers: Headers  # the signed ones, in the order of SignedHeaders
    signature: bytes = field(repr=False)


def read(authorization: bytes, headers: Headers, now: float) -> Signed:
    """Take a signature's header apart; ``headers`` have lower-case names, ``now`` is epoch seconds.

    Raises ``Unauthenticated`` when it is malformed, too old, or does not cover the date.
    """
    match = _AUTHORIZATION.fullmatch(authorization.strip())
    if match is None:
        raise Unauthenticated("the Authorization header is malformed")
    access_key, names, signature = match.groups()
    signed = _signed_headers(names.split(b";"), headers)
    date = next((value.strip() for name, value in signed if name == DATE_HEADER), None)
    if date is None:
        raise Unauthenticated("x-sdk-date is not among the signed headers")
    if abs(_epoch_seconds(date) - now) > SKEW_SECONDS:
        raise Unauthenticated("calc ak sk signature fail:signature expired")
    return Signed(access_key.decode("latin-1"), date, signed, signature)


def verify(
    signed: Signed, secret_key: str, method: str, raw_path: str, raw_query: str, headers: Headers, body: bytes
) -> None:
    """Check that the holder of ``secret_key`` signed this request with this body.

    ``raw_path`` and ``raw_query`` are as they were sent; only the listed headers are looked at, and
    the two that say what the body is. Raises ``Unauthenticated``.
    """
    for payload_hash in _payload_hashes(headers, body):
        request = canonical_request(method, raw_path, raw_query, signed.headers, payload_hash)
        if hmac.compare_digest(_signature(secret_key, signed.date, request), signed.signature):
            return
    raise Unauthenticated("verify aksk signature fail")


def sign(
    access_key: str,
    secret_key: str,
    method: str,
    raw_path: str,
    raw_query: str,
    headers: Mapping[str, str],
    body: bytes,
    at: datetime,
) -> dict[str, str]:
    """Give the headers to add to a request: X-Sdk-Date and Authorization.

    All of ``headers`` are signed; ``at`` is an aware time.
    """
    date = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    signed = sorted(
        (name.lower().encode(), value.encode()) for name, value in {**headers, "x-sdk-date": date}.items()
    )
    payload_hash = hashlib.sha256(body).hexdigest()
    request = canonical_request(method, raw_path, raw_query, signed, payload_hash)
    names = b";".join(name for name, _ in signed).decode()
    signature = _signature(secret_key, date.encode(), request).decode()
    return {
        "X-Sdk-Date": date,
        "Authorization": f"{ALGORITHM} Access={access_key}, SignedHeaders={names}, Signature={signature}",
    }


def _signed_headers(names: Sequence[bytes], headers: Headers) -> Headers:
    values = dict(headers)
    # A name sent twice has no one value that a signature could speak of.
    if len(values) != len(headers):
        for name in names:
            if sum(name == sent for sent, _ in headers) > 1:
                raise Unauthenticated(f"the signed header {name.decode()} is there twice")
    for name in names:
        if name not in values:
            raise Unauthenticated(f"the signed header {name.decode() or 'with an empty name'} is missing")
    return [(name, values[name]) for name in names]


def _epoch_seconds(date: bytes) -> float:
    match = _DATE.fullmatch(date)
    if match is None:
        raise Unauthenticated("x-sdk-date is not like 20240102T030405Z")
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        raise Unauthenticated("x-sdk-date is not a date") from None


def _payload_hashes(headers: Headers, body: bytes) -> Iterable[str]:
    declared = next((value for name, value in headers if name == DIGEST_HEADER), None)
    digest = hashlib.sha256(body).hexdigest() if body else EMPTY_HASH
    if declared is None:
        return (digest,)
    text = declared.decode("latin-1").strip()
    if text == UNSIGNED:
        if any(name == b"content-type" and value.startswith(_JSON_TYPES) for name, value in headers):
            raise Unauthenticated("a JSON body must be signed, not UNSIGNED-PAYLOAD")
        # For an empty body some SDKs sign the empty digest in spite of the header, others the header.
        return (UNSIGNED,) if body else (EMPTY_HASH, UNSIGNED)
    if not _DIGEST.fullmatch(text):
        raise Unauthenticated("X-Sdk-Content-Sha256 is not a lower-case SHA-256 digest")
    if not hmac.compare_digest(text, digest):
        raise Unauthenticated("X-Sdk-Content-Sha256 is not the digest of the body")
    return (digest,)


def _signature(secret_key: str, date: bytes, request: bytes) -> bytes:
    to_sign = b"%s\n%s\n%s" % (
        ALGORITHM.encode(),
        date,
        hashlib.sha256(request).hexdigest().encode(),
    )
    return hmac.digest(secret_key.encode(), to_sign, "sha256").hex().encode()
