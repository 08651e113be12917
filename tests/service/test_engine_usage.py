from itertools import pairwise

from headway.jobs.subjob import Capacity
from headway.service.engine_usage import EVERY_MS, KEPT_MS, EngineUsage, UsageSample


def test_samples_are_a_second_apart_and_half_an_hour_old_at_most() -> None:
    usage = EngineUsage()
    for at in range(0, 2 * KEPT_MS, EVERY_MS // 2):
        usage.note(at, Capacity(executors=1, cores=4, busy=at % 5))
    now = 2 * KEPT_MS - EVERY_MS
    samples = usage.samples(now)
    assert samples[-1] == UsageSample(now, 4, now % 5, 1)
    assert samples[0].at >= now - KEPT_MS
    assert {after.at - before.at for before, after in pairwise(samples)} == {EVERY_MS}
    assert usage.samples(now + KEPT_MS) == samples[-1:]
    assert usage.samples(now + KEPT_MS + 1) == ()


def test_what_is_not_known_is_no_sample() -> None:
    usage = EngineUsage()
    usage.note(1, None)
    assert usage.samples(1) == ()


def test_tasks_that_surely_run_count_where_the_cores_were_asked_for_earlier() -> None:
    usage = EngineUsage()
    usage.note(1, Capacity(executors=1, cores=4, busy=0), tasks=3)
    assert usage.samples(1)[0].busy == 3
