"""Token buckets: how often somebody may do something in the long run, and how often at once."""

from dataclasses import dataclass

_SWEEP_FROM = 1024  # buckets; with fewer, the full ones are not worth looking for


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float  # seconds, when it held so many


class TokenBuckets:
    """A bucket for each key: ``rate`` tokens a second flow in, and it holds ``burst`` of them at most.

    Times are seconds of any one clock. A full bucket is like one never seen and is forgotten.
    """

    def __init__(self, rate: float, burst: float) -> None:
        """``burst`` is at least 1: a bucket that holds no whole token gives none."""
        self._rate = rate
        self._burst = max(1.0, burst)
        self._buckets: dict[str, _Bucket] = {}
        self._sweep_at = _SWEEP_FROM

    def __len__(self) -> int:
        """Give how many buckets are kept."""
        return len(self._buckets)

    def take(self, key: str, now: float) -> float:
        """Take a token: gives 0 when there was one, else the seconds until there is."""
        bucket = self._buckets.get(key)
        if bucket is None:
            self._sweep(now)
            bucket = self._buckets[key] = _Bucket(self._burst, now)
        bucket.tokens = self._held(bucket, now)
        bucket.at = max(bucket.at, now)
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / self._rate
        bucket.tokens -= 1
        return 0.0

    def _held(self, bucket: _Bucket, now: float) -> float:
        return min(self._burst, bucket.tokens + max(0.0, now - bucket.at) * self._rate)

    def _sweep(self, now: float) -> None:
        if len(self._buckets) < self._sweep_at:
            return
        self._buckets = {
            key: bucket for key, bucket in self._buckets.items() if self._held(bucket, now) < self._burst
        }
        # Twice as many as were kept: a sweep costs each newcomer a constant.
        self._sweep_at = max(_SWEEP_FROM, 2 * len(self._buckets))
