"""Why an engine did not start, or ended: read from what its process wrote."""

import re
from collections.abc import Sequence
from pathlib import Path

from headway.engine.engine_log import blotted, secrets_of, tail_text
from headway.engine.record import EngineRecord

LINES_SHOWN = 15
_TAIL_BYTES = 256 * 1024

_PORT_TAKEN = "a port could not be taken"

# The first pattern that is found in the log wins: causes before consequences.
_CAUSES: Sequence[tuple[str, str]] = (
    (r"UnsupportedClassVersionError", "this Java is too old for Spark"),
    (
        r"Invalid maximum heap size|Could not reserve enough space|exceeds the maximum representable size"
        r"|Too small (maximum|initial) heap|insufficient memory for the Java Runtime"
        r"|System memory \d+ must be at least|Error occurred during initialization of VM",
        "Java cannot have the memory that is set for it; set less, or more than 512m",
    ),
    (r"Unrecognized (VM )?option|Could not create the Java Virtual Machine", "Java refused an option"),
    (r"OutOfMemoryError", "the memory set for the engine was used up"),
    (r"Cannot assign requested address", "this machine does not have the address that is set for it"),
    (r"BindException|Failed to bind to address|Address already in use", _PORT_TAKEN),
    (
        r"Another instance of Derby may have already booted|ERROR XSDB6",
        "the metastore is in use by another process",
    ),
    (r"Could not parse Master URL|Master must either be", "the master URL is not one Spark knows"),
    (
        r"All masters are unresponsive|Unable to connect to (the )?master|Could not connect to .*master"
        r"|External scheduler cannot be instantiated|UnknownHostException",
        "the cluster's master cannot be reached",
    ),
    (
        r"Application has been killed\. Reason|Master removed our application",
        "the cluster ended the application; if it could not start executors, its workers' logs tell why",
    ),
    (r"No space left on device", "the disk is full"),
    (r"Permission denied|AccessDeniedException", "a file or directory may not be used"),
    (r"Could not find or load main class|ClassNotFoundException", "a class is missing: is PySpark whole?"),
    (
        r"INVALID_CONF_VALUE|IllegalArgumentException|NumberFormatException|SparkIllegalArgumentException"
        r"|Error: Unknown property",
        "Spark refused its configuration",
    ),
)

# What only a process that ends writes: statements that failed long ago leave causes in the log too.
_LAST_WORDS: Sequence[tuple[str, str]] = (
    (
        r"(Terminating|Aborting) due to java\.lang\.OutOfMemoryError",
        "the memory set for the engine was used up",
    ),
    (r"insufficient memory for the Java Runtime", "the machine has no memory left for it"),
    (r"A fatal error has been detected by the Java Runtime", "Java itself crashed"),
    (
        r"Application has been killed\. Reason|Master removed our application|All masters are unresponsive",
        "the cluster ended the application",
    ),
)


def explain(log: str) -> str | None:
    """Give why a start failed, in words, with the line that says it; ``None`` when it is unknown."""
    if cause := _first_of(_CAUSES, log):
        return cause
    if found := re.search(r'^Exception in thread "main" (.*)$', log, re.MULTILINE):
        return _short(found[1])
    return None


def is_taken_port(cause: str) -> bool:
    """Tell whether a start failed for a port that somebody else had taken meanwhile."""
    return cause.startswith(_PORT_TAKEN)


def explain_end(log: str) -> str | None:
    """Give why an engine that had been ready ended, with the line that says it; ``None``: it did not say."""
    return _first_of(_LAST_WORDS, log)


def log_tail(record: EngineRecord) -> str:
    """Read the end of the engine's log, with its secrets blotted out."""
    try:
        text, _ = tail_text(Path(record.log_path), _TAIL_BYTES)
    except OSError:
        return ""
    return blotted(text, secrets_of({}, record.doors))


def last_lines(log: str, count: int = LINES_SHOWN) -> str:
    """Give the last lines that say something: stack frames are left out."""
    telling = [line.rstrip() for line in log.splitlines() if line.strip() and not re.match(r"\s+at ", line)]
    return "\n".join(telling[-count:])


def _first_of(causes: Sequence[tuple[str, str]], log: str) -> str | None:
    for pattern, cause in causes:
        if found := re.search(rf"^.*(?:{pattern}).*$", log, re.MULTILINE):
            return f"{cause} ({_short(found[0])})"
    return None


def _short(line: str) -> str:
    line = line.strip()
    return line if len(line) <= 300 else line[:299] + "…"
