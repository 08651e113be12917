"""One starter at a time for an engine directory, over all processes of this machine."""

import asyncio
import fcntl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TextIO

_LOOK_AGAIN_SECONDS = 0.2


@asynccontextmanager
async def start_lock(directory: Path, wait_said: Callable[[], None]) -> AsyncIterator[None]:
    """Hold the directory's lock; calls ``wait_said`` once when someone else has it. Ends with the process."""
    with await asyncio.to_thread(_open, directory) as file:
        said = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not said:
                    wait_said()
                    said = True
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        yield


def _open(directory: Path) -> TextIO:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return (directory / "start.lock").open("a")
