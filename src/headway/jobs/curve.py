"""A job's progress curve, bounded: every sample while there are few, older ones thinner as it grows."""

from collections.abc import Sequence
from dataclasses import replace

from headway.jobs.estimate import Sample

MOST = 240  # samples of one curve
# The newest part is kept four times as dense as the oldest: 1 + 1 / EVENNESS.
EVENNESS = 1 / 3


def add(curve: tuple[Sample, ...], sample: Sample) -> tuple[Sample, ...]:
    """Give the curve with one more sample at its end; the first and the last one always stay.

    Times never go back: a sample of an earlier time than the last one is put at that one's.
    """
    if curve and sample.at < curve[-1].at:
        sample = replace(sample, at=curve[-1].at)
    longer = (*curve, sample)
    while len(longer) > MOST:
        goes = _least_missed(longer)
        longer = longer[:goes] + longer[goes + 1 :]
    return longer


def _least_missed(curve: Sequence[Sample]) -> int:
    """Choose the sample whose absence leaves the smallest hole for its age."""
    end = curve[-1].at
    even = EVENNESS * (end - curve[0].at) + 1

    def hole(index: int) -> float:
        return (curve[index + 1].at - curve[index - 1].at) / (end - curve[index].at + even)

    return min(range(1, len(curve) - 1), key=hole)
