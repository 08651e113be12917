import asyncio

import pytest

from headway.web.bounded import Bounded


class Oracle:
    """Answers when the gate is open, and counts how often it was asked."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.asked = 0

    async def __call__(self) -> int:
        self.asked += 1
        await self.gate.wait()
        if self.asked == 3:
            raise OSError("the third time")
        return self.asked


async def unanswered(question: Bounded[int]) -> None:
    with pytest.raises(TimeoutError):
        await question.answer()


async def test_an_answer_that_does_not_come_is_not_waited_for() -> None:
    oracle = Oracle()
    question = Bounded(oracle, 0.02)
    await unanswered(question)
    await asyncio.gather(*(unanswered(question) for _ in range(50)))
    assert oracle.asked == 1
    oracle.gate.set()
    assert await question.answer() == 1
    assert await question.answer() == 2
    with pytest.raises(OSError, match="the third time"):
        await question.answer()


async def test_who_goes_away_takes_no_answer_from_the_others() -> None:
    oracle = Oracle()
    question = Bounded(oracle, 5)
    first, second = (asyncio.create_task(question.answer()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    oracle.gate.set()
    assert await second == 1


async def test_a_question_that_cannot_be_cancelled_hangs_nobody() -> None:
    hangs = asyncio.Event()

    async def ask() -> int:
        try:
            await hangs.wait()
        except asyncio.CancelledError:
            await hangs.wait()
            raise
        return 1

    question = Bounded(ask, 0.02)
    async with asyncio.timeout(2):
        await unanswered(question)
    hangs.set()
    assert await question.answer() == 1
