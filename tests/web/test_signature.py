import hashlib
import hmac
import string
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from hypothesis import example, given
from hypothesis import strategies as st

from headway.jobs.errors import Unauthenticated
from headway.web.canonical import canonical_request
from headway.web.signature import read, sign, verify

AK, SK = "AKADA", "secret-of-ada"
AT = datetime(2026, 11, 22, 14, 30, 20, tzinfo=UTC)
DATE = "20261122T143020Z"
PATH = "/v1/pid0123/jobs/85798b38-ae44-48eb-bb90-7cf0dcdafe7b/progress"


def signed_by_the_sdk(
    method: str = "GET",
    path: str = PATH,
    query: list[tuple[str, object]] | None = None,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    date: str = DATE,
) -> tuple[str, str, list[tuple[bytes, bytes]]]:
    """Give raw path, raw query and raw headers as the SDK puts them on the wire."""
    request = SdkRequest(
        method=method,
        host="127.0.0.1:41533",
        resource_path=path,
        query_params=query or [],
        header_params={"X-Sdk-Date": date, **(headers or {})},
        body=body,
    )
    sent = Signer(SimpleNamespace(ak=AK, sk=SK)).sign(request)
    raw_path, _, raw_query = sent.uri.partition("?")
    wire = [(name.lower().encode(), value.encode("latin-1")) for name, value in sent.header_params.items()]
    return raw_path, raw_query, [*wire, (b"accept", b"*/*"), (b"connection", b"keep-alive")]


def check(
    method: str,
    raw_path: str,
    raw_query: str,
    headers: list[tuple[bytes, bytes]],
    body: bytes = b"",
    secret: str = SK,
    now: datetime = AT,
) -> None:
    authorization = dict(headers)[b"authorization"]
    signed = read(authorization, headers, now.timestamp())
    assert signed.access_key == AK
    verify(signed, secret, method, raw_path, raw_query, headers, body)


segments = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="/?#%"), min_size=1, max_size=12
).filter(lambda text: text not in (".", ".."))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
pairs = st.tuples(
    texts.filter(bool), st.one_of(texts, st.booleans(), st.lists(texts, min_size=1, max_size=3))
)
header_names = st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=10).map(
    "X-T-{}".format
)
header_values = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
headers_sent = st.dictionaries(header_names, header_values, max_size=4).filter(
    lambda headers: len({name.lower() for name in headers}) == len(headers)
)


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    path=st.lists(segments, min_size=1, max_size=5),
    slash=st.booleans(),
    query=st.lists(pairs, max_size=5, unique_by=lambda pair: pair[0]),
    headers=headers_sent,
    body=st.binary(max_size=64),
)
@example(
    "GET", ["v1", "a b~c", "é+ü"], False, [("k+ v", "a+b c"), ("k", ["b", "a", ""])], {"X-T-u": "空間 1"}, b""
)
def test_what_the_sdk_signs_is_accepted(
    method: str,
    path: list[str],
    slash: bool,
    query: list[tuple[str, object]],
    headers: dict[str, str],
    body: bytes,
) -> None:
    resource = "/" + "/".join(path) + ("/" if slash else "")
    raw_path, raw_query, wire = signed_by_the_sdk(method, resource, query, headers, body)
    check(method, raw_path, raw_query, wire, body)


@given(path=st.lists(segments, min_size=1, max_size=4), query=st.lists(pairs, max_size=4), body=st.binary())
def test_ours_is_the_sdks_signature(path: list[str], query: list[tuple[str, object]], body: bytes) -> None:
    resource = "/" + "/".join(path)
    query = [(key, value) for key, value in query if not isinstance(value, list)]
    # The SDK compares values of different types: it cannot sort a repeated key with mixed ones.
    query = list({key: (key, value) for key, value in query}.values())
    raw_path, raw_query, wire = signed_by_the_sdk("POST", resource, query, {}, body)
    ours = sign(AK, SK, "POST", raw_path, raw_query, {"Host": "127.0.0.1:41533"}, body, AT)
    assert ours["Authorization"].encode() == dict(wire)[b"authorization"]
    assert ours["X-Sdk-Date"] == DATE


def test_encoded_segments_sign_as_what_they_decode_to() -> None:
    raw_path, raw_query, wire = signed_by_the_sdk(path="/v1/p/jobs/a%20b%2Fc%25/progress")
    check("GET", raw_path, raw_query, wire)


def test_a_query_may_be_sent_in_any_order_and_with_plus_for_blank() -> None:
    _, _, wire = signed_by_the_sdk(path="/p", query=[("b", "2 3"), ("a", "1"), ("a0", "")])
    check("GET", "/p", "b=2+3&a0&a=1", wire)


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("PUT", PATH, "a=1", b"{}"),
        ("POST", PATH + "x", "a=1", b"{}"),
        ("POST", PATH, "a=2", b"{}"),
        ("POST", PATH, "a=1&a=1", b"{}"),
        ("POST", PATH, "a=1", b"{} "),
        ("POST", PATH, "a=1", b""),
    ],
)
def test_any_change_on_the_way_is_noticed(method: str, path: str, query: str, body: bytes) -> None:
    _, _, wire = signed_by_the_sdk("POST", PATH, [("a", "1")], {"Content-Type": "application/json"}, b"{}")
    check("POST", PATH, "a=1", wire, b"{}")
    with pytest.raises(Unauthenticated, match="verify aksk signature fail"):
        check(method, path, query, wire, body)


def test_a_changed_signed_header_is_noticed_and_an_unsigned_one_is_not_looked_at() -> None:
    _, _, wire = signed_by_the_sdk(headers={"X-Project-Id": "p"})
    check("GET", PATH, "", [*wire, (b"x-forwarded-for", b"10.0.0.1"), (b"cookie", b"a"), (b"cookie", b"b")])
    changed = [(name, b"q" if name == b"x-project-id" else value) for name, value in wire]
    with pytest.raises(Unauthenticated, match="verify aksk signature fail"):
        check("GET", PATH, "", changed)


def test_another_secret_is_refused() -> None:
    _, _, wire = signed_by_the_sdk()
    with pytest.raises(Unauthenticated, match="verify aksk signature fail"):
        check("GET", PATH, "", wire, secret="another")


@pytest.mark.parametrize("minutes", [-15, 0, 15])
def test_a_clock_may_be_fifteen_minutes_off(minutes: int) -> None:
    _, _, wire = signed_by_the_sdk()
    check("GET", PATH, "", wire, now=AT + timedelta(minutes=minutes))


@pytest.mark.parametrize("seconds", [-901, 901, 10**9])
def test_a_request_from_another_time_is_refused(seconds: int) -> None:
    _, _, wire = signed_by_the_sdk()
    with pytest.raises(Unauthenticated, match="signature expired"):
        check("GET", PATH, "", wire, now=AT + timedelta(seconds=seconds))


def authorization(names: str, signature: str = "0" * 64) -> bytes:
    return f"SDK-HMAC-SHA256 Access=AK, SignedHeaders={names}, Signature={signature}".encode()


@pytest.mark.parametrize(
    ("value", "headers", "reason"),
    [
        (b"SDK-HMAC-SHA256", [], "malformed"),
        (b"SDK-HMAC-SHA256 Access=, SignedHeaders=a, Signature=" + b"0" * 64, [], "malformed"),
        (authorization("host", "0" * 63), [], "malformed"),
        (authorization("host", "A" * 64), [], "malformed"),
        (authorization("HOST"), [], "malformed"),
        (authorization("host\n"), [], "malformed"),
        (authorization("host"), [(b"host", b"h")], "x-sdk-date is not among the signed headers"),
        (authorization("host;x-sdk-date"), [(b"host", b"h")], "the signed header x-sdk-date is missing"),
        (authorization(";x-sdk-date"), [(b"x-sdk-date", b"")], "with an empty name is missing"),
        (authorization("x-sdk-date"), [(b"x-sdk-date", b"2026-11-22T14:30:20Z")], "x-sdk-date is not like"),
        (authorization("x-sdk-date"), [(b"x-sdk-date", b"20261322T143020Z")], "x-sdk-date is not a date"),
        (authorization("x-sdk-date"), [(b"x-sdk-date", DATE.encode())] * 2, "x-sdk-date is there twice"),
    ],
)
def test_a_header_without_sense_is_refused_with_its_reason(
    value: bytes, headers: list[tuple[bytes, bytes]], reason: str
) -> None:
    with pytest.raises(Unauthenticated, match=reason):
        read(value, headers, AT.timestamp())


@given(st.binary(max_size=200))
def test_no_authorization_header_breaks_the_reader(junk: bytes) -> None:
    for value in (junk, b"SDK-HMAC-SHA256 " + junk):
        with pytest.raises(Unauthenticated):
            read(value, [(b"x-sdk-date", junk)], AT.timestamp())


def test_a_declared_digest_must_be_the_bodys() -> None:
    right = {"X-Sdk-Content-Sha256": hashlib.sha256(b"{}").hexdigest()}
    _, _, wire = signed_by_the_sdk("POST", headers=right, body=b"{}")
    check("POST", PATH, "", wire, b"{}")
    with pytest.raises(Unauthenticated, match="not the digest of the body"):
        check("POST", PATH, "", wire, b"[]")
    _, _, wire = signed_by_the_sdk("POST", headers={"X-Sdk-Content-Sha256": "abc"}, body=b"{}")
    with pytest.raises(Unauthenticated, match="not a lower-case SHA-256 digest"):
        check("POST", PATH, "", wire, b"{}")


def test_a_body_may_be_unsigned_unless_it_is_json() -> None:
    _, _, wire = signed_by_the_sdk("POST", headers={"Content-Type": "text/plain"}, body=b"text")
    assert dict(wire)[b"x-sdk-content-sha256"] == b"UNSIGNED-PAYLOAD"
    check("POST", PATH, "", wire, b"text")
    unsigned = {"Content-Type": "application/json", "X-Sdk-Content-Sha256": "UNSIGNED-PAYLOAD"}
    _, _, wire = signed_by_the_sdk("POST", headers=unsigned, body=b"{}")
    with pytest.raises(Unauthenticated, match="a JSON body must be signed"):
        check("POST", PATH, "", wire, b"{}")


def test_an_empty_unsigned_body_is_accepted_in_both_spellings() -> None:
    # This SDK signs the empty digest in spite of the header ...
    _, _, wire = signed_by_the_sdk(headers={"Content-Type": "text/plain"})
    assert dict(wire)[b"x-sdk-content-sha256"] == b"UNSIGNED-PAYLOAD"
    check("GET", PATH, "", wire)
    # ... others sign the header's word.
    names = [b"x-sdk-content-sha256", b"x-sdk-date"]
    headers = list(zip(names, [b"UNSIGNED-PAYLOAD", DATE.encode()], strict=True))
    request = canonical_request("GET", PATH, "", headers, "UNSIGNED-PAYLOAD")
    to_sign = f"SDK-HMAC-SHA256\n{DATE}\n{hashlib.sha256(request).hexdigest()}"
    signature = hmac.digest(SK.encode(), to_sign.encode(), "sha256").hex()
    value = f"SDK-HMAC-SHA256 Access={AK}, SignedHeaders={b';'.join(names).decode()}, Signature={signature}"
    check("GET", PATH, "", [*headers, (b"authorization", value.encode())])
