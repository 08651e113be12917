"""Spark's own pages, passed on: which may be asked for, and what of an answer goes to the browser."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from headway.jobs.errors import InvalidRequest, NotAllowed

# org.apache.spark.ui.UIUtils.uiRoot: what stands before every address in a page.
ROOT_HEADER = "X-Forwarded-Context"
_PASSED = ("content-type", "content-security-policy", "cache-control")
# A page without a policy of its own (before Spark 4.1) may not act for the reader.
_WITHOUT_POLICY = "sandbox"
# org.apache.spark.ui.jobs.JobsTab and StagesTab: Spark kills by a GET too.
_ACTS = re.compile(r"/(?:kill|heapDump)(?:/|$)", re.IGNORECASE)
_ROOT = re.compile(r"(?:/[\w.~%-]+)*")


@dataclass(frozen=True, slots=True)
class SparkPage:
    """What Spark's own web server answered."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def check_asked(path: str, root: str) -> None:
    """Refuse what would change something or harm the reader; ``root`` is where the pages are seen.

    Raises ``NotAllowed`` and ``InvalidRequest``.
    """
    if ".." in path or _ACTS.search(path):
        raise NotAllowed("Spark's pages can be read here, and nothing else")
    if _ROOT.fullmatch(root) is None:
        raise InvalidRequest("X-Forwarded-Prefix", "must be a path such as /headway")


def page_of(status: int, headers: Mapping[str, str], body: bytes, root: str) -> SparkPage:
    """Give what goes to the browser; a way to another page of Spark's leads through ``root``."""
    passed = {name: headers[name] for name in _PASSED if name in headers}
    passed.setdefault("content-security-policy", _WITHOUT_POLICY)
    passed["x-content-type-options"] = "nosniff"
    if "location" in headers:
        parts = urlsplit(headers["location"])
        path = parts.path if parts.path.startswith(f"{root}/") else root + parts.path
        passed["location"] = path + (f"?{parts.query}" if parts.query else "")
    return SparkPage(status, body, passed)
