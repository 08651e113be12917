"""Random kills under load; many more of them: ``make chaos``."""

import random
import sys

from tests.faults.chaos import Chaos
from tests.faults.scene import Scene
from tests.faults.seen import Seen

KILLS = 10


def test_ten_random_kills_of_the_service_lose_nothing(scene: Scene, seen: Seen) -> None:
    seed = random.randrange(10**6)
    sys.stdout.write(f"seed {seed}\n")
    report = Chaos(scene, seed, "service", _say, pause=(0.2, 1.2)).run(KILLS)
    seen(f"service killed {KILLS} times at random moments, also while it starts", str(report))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
