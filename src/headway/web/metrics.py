"""``/metrics`` for Prometheus: how long requests take, and what jobs and engines are at."""

from collections.abc import Awaitable, Callable, Iterator, Mapping

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import CounterMetricFamily
from starlette.responses import Response

from headway.jobs.errors import StoreUnavailable
from headway.web.bounded import Bounded

# Gives a count by label: jobs by status, engines by state.
Counts = Callable[[], Awaitable[Mapping[str, int]]]

# Callers may send any method: only these become labels.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
ASK_SECONDS = 2.0
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 120)


class Metrics:
    """The service's measures, in a registry of their own."""

    def __init__(self, *, jobs: Counts, engines: Counts) -> None:
        """``jobs`` and ``engines`` are asked at each scrape; a label they leave out is dropped.

        Nothing is shown of what the store does not tell in time.
        """
        self._registry = CollectorRegistry()
        self._ask_jobs = Bounded(jobs, ASK_SECONDS)
        self._ask_engines = Bounded(engines, ASK_SECONDS)
        self._latency = Histogram(
            "headway_request_seconds",
            "Time until the answer to a request began",
            ("method", "route", "status"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._refusals = Counter(
            "headway_refusals", "Requests refused, by reason", ("reason",), registry=self._registry
        )
        self._jobs = Gauge("headway_jobs", "Jobs by status", ("status",), registry=self._registry)
        self._engines = Gauge("headway_engines", "Engines by state", ("state",), registry=self._registry)

    def show_total(self, name: str, meaning: str, total: Callable[[], int]) -> None:
        """Show a total that is counted elsewhere; ``name`` without the ``_total`` that is put behind it."""
        self._registry.register(_Total(name, meaning, total))

    def observe(self, method: str, template: str, status: int, seconds: float) -> None:
        """Count one request by its route's template and the class of its status (2xx, 4xx, 5xx)."""
        known = method if method in _METHODS else "other"
        self._latency.labels(known, template, f"{status // 100}xx").observe(seconds)

    def refused(self, reason: str) -> None:
        """Count a request that was refused; ``reason`` is one of a few fixed words."""
        self._refusals.labels(reason).inc()

    async def text(self) -> bytes:
        """Give everything in Prometheus's text format."""
        jobs, engines = await _told(self._ask_jobs), await _told(self._ask_engines)
        # Nothing waits from here on, so two scrapes at the same time do not mix.
        for gauge, counts in ((self._jobs, jobs), (self._engines, engines)):
            gauge.clear()
            for label, count in counts.items():
                gauge.labels(label).set(count)
        text: bytes = generate_latest(self._registry)
        return text


async def _told(counts: Bounded[Mapping[str, int]]) -> Mapping[str, int]:
    """Give counts; none when the store is away: the other measures are wanted then more than ever."""
    try:
        return await counts.answer()
    except (StoreUnavailable, TimeoutError):
        return {}


class _Total:
    """A total as the registry asks for it: at each scrape."""

    def __init__(self, name: str, meaning: str, total: Callable[[], int]) -> None:
        self._name = name
        self._meaning = meaning
        self._total = total

    def collect(self) -> Iterator[CounterMetricFamily]:
        yield CounterMetricFamily(self._name, self._meaning, value=self._total())


def metrics_router(metrics: Metrics) -> APIRouter:
    """Give the route that Prometheus reads."""

    async def read() -> Response:
        """Give all measures."""
        return Response(await metrics.text(), media_type=CONTENT_TYPE_LATEST)

    router = APIRouter(tags=["health"])
    router.add_api_route("/metrics", read, methods=["GET"], response_class=Response)
    return router
