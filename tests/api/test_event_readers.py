import pytest

from headway.api import event_readers
from headway.api.event_readers import Event, Reader

ONE = (Event(b"1"),)


async def test_a_reader_takes_what_was_handed_over_and_then_the_end() -> None:
    reader = Reader()
    reader.offer(ONE)
    reader.offer(())
    reader.close()
    reader.offer(ONE)
    assert [await reader.take(10) for _ in range(2)] == [ONE, None]


async def test_silence_gives_nothing_and_does_not_end() -> None:
    reader = Reader()
    assert await reader.take(0.001) == ()
    reader.offer(ONE)
    assert await reader.take(10) == ONE


async def test_a_reader_too_far_behind_loses_all_and_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_readers, "MOST_WAITING", 3)
    reader = Reader()
    told = []
    for _ in range(4):
        reader.offer(ONE)
        told.append(reader.is_closed)
    assert told == [False, False, False, True]
    assert await reader.take(10) is None
