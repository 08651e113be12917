"""Random kills for as long as wanted: ``python -m bench.chaos --kills 200 --what both --seed 7``.

Prints its seed, a line for each kill and a summary; the exit code is 1 when anything was lost, done twice or
untrue. What is struck: the ``service`` or the ``engine`` is killed, one of them stands still for seconds
(``freeze``), or ``both``: mostly the service, and the rest now and then.
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.faults.caller import Caller
from tests.faults.chaos import SHARES, Chaos
from tests.faults.scene import ENV, Scene, free_port
from tests.faults.work import MARKS
from tests.service_process import ServiceProcess


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None, help="strike as in an earlier run")
    parser.add_argument("--what", choices=sorted(SHARES), default="both")
    given = parser.parse_args()
    seed = random.randrange(10**6) if given.seed is None else given.seed
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="headway-chaos-") as directory:
        home = Path(directory)
        service = ServiceProcess(home, ENV, free_port())
        service.start()
        try:
            with Caller(service.project()) as caller:
                assert caller.ended(caller.submit(MARKS))["status"] == "FINISHED"
            print(Chaos(Scene(home, service), seed, given.what, print).run(given.kills))
        except AssertionError as broken:
            print(f"BROKEN (seed {seed}): {broken}\nThe log ends:\n{service.log()[-4000:]}", file=sys.stderr)
            return 1
        finally:
            if service.runs:
                service.stop()
            service.headway("engine", "stop")
    return 0


if __name__ == "__main__":
    sys.exit(main())
