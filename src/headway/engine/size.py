"""How large an engine is to be, where somebody asked for another size than the settings have."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from headway.engine.memory import heap_size
from headway.engine.options import EngineOptions
from headway.engine.private_file import write_private
from headway.jobs.errors import EngineUnavailable, InvalidRequest, NotAllowed

MOST_CORES = 1024
MOST_EXECUTORS = 10_000
LEAST_MB = 512  # org.apache.spark.memory.UnifiedMemoryManager takes no heap under 450 MB
_UNITS = {"k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
# The second number of local[*, 4] is how often a task may fail.
_LOCAL = re.compile(r"local(?:\[[^],]+(,[^]]+)?\])?")


@dataclass(frozen=True, slots=True)
class EngineSize:
    """What was asked for; ``None`` leaves a part to the settings.

    Of a local engine ``cores`` and ``memory`` (``4g``) are the driver's, which does the work itself; on a
    cluster they are each executor's, and ``executors`` is how many of them there are at most.
    """

    cores: int | None = None
    memory: str | None = None
    executors: int | None = None


AS_SET = EngineSize()


def size_path(directory: Path) -> Path:
    """Give where an engine directory keeps the size that was asked for."""
    return directory / "size.json"


def save_size(directory: Path, size: EngineSize) -> None:
    """Keep a size for every later start, whole or not at all."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(size_path(directory), json.dumps(asdict(size)) + "\n")


def load_size(directory: Path) -> EngineSize:
    """Read the size that was asked for; a missing, torn or foreign file asks for nothing."""
    try:
        return size_of(json.loads(size_path(directory).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return AS_SET


def size_of(raw: object) -> EngineSize:
    """Read a size from JSON; what is no size asks for nothing."""
    if not isinstance(raw, Mapping):
        return AS_SET
    cores, memory, executors = raw.get("cores"), raw.get("memory"), raw.get("executors")
    return EngineSize(
        cores if isinstance(cores, int) else None,
        memory if isinstance(memory, str) else None,
        executors if isinstance(executors, int) else None,
    )


def checked_size(options: EngineOptions, size: EngineSize, memory_bytes: int) -> EngineSize:
    """Give the size as an engine of these options can have it; ``memory_bytes`` is what the machine has.

    Raises ``NotAllowed`` for an engine that was not started here and ``InvalidRequest`` for a wrong part.
    """
    if options.kind == "remote":
        raise NotAllowed("the engine was not started here and is not scaled from here")
    if options.kind == "local" and _LOCAL.fullmatch(options.master) is None:
        raise NotAllowed(f"an engine at {options.master} is as large as its master says")
    if options.kind == "local" and size.executors is not None:
        raise InvalidRequest("executors", "a local engine has none: its cores and memory can be set")
    _within("cores", size.cores, MOST_CORES)
    _within("executors", size.executors, MOST_EXECUTORS)
    if size.memory is None:
        return size
    try:
        memory = heap_size(size.memory)
    except EngineUnavailable:
        raise InvalidRequest("memory", f"must look like 4g or 512m, not {size.memory!r}") from None
    asked = int(memory[:-1]) * _UNITS[memory[-1]]
    if asked < LEAST_MB << 20:
        raise InvalidRequest("memory", f"must be {LEAST_MB}m or more: Spark does not start with less")
    if options.kind == "local" and asked > memory_bytes:
        raise InvalidRequest("memory", f"is more than this machine has: {memory_bytes >> 20}m")
    return replace(size, memory=memory)


def _within(field: str, value: int | None, most: int) -> None:
    if value is not None and not 1 <= value <= most:
        raise InvalidRequest(field, f"must be between 1 and {most}")


def sized(options: EngineOptions, size: EngineSize) -> EngineOptions:
    """Give the options with a size in the place of what the settings say; it wins over their conf too."""
    conf = dict(options.conf)
    if options.kind == "local":
        master = options.master
        if size.cores is not None:
            match = _LOCAL.fullmatch(master)
            master = f"local[{size.cores}{match[1] or ''}]" if match else master
        if size.memory is not None:
            conf.pop("spark.driver.memory", None)
        return replace(options, master=master, memory=size.memory or options.memory, conf=conf)
    if options.kind == "cluster":
        if size.cores is not None:
            conf["spark.executor.cores"] = str(size.cores)
        if size.memory is not None:
            conf["spark.executor.memory"] = size.memory
        if size.executors is not None:
            conf |= _executors(conf, size.executors)
    return replace(options, conf=conf)


def _executors(conf: Mapping[str, str], most: int) -> dict[str, str]:
    if conf.get("spark.dynamicAllocation.enabled", "true").lower() != "true":
        return {"spark.executor.instances": str(most)}
    # Spark refuses to begin with more than the most.
    floors = ("spark.dynamicAllocation.minExecutors", "spark.dynamicAllocation.initialExecutors")
    lowered = {key: str(min(int(conf[key]), most)) for key in floors if conf.get(key, "").isdigit()}
    return {"spark.dynamicAllocation.maxExecutors": str(most), **lowered}
