"""How amounts are written in sentences for people."""

_STEPS = ("B", "KB", "MB", "GB", "TB", "PB")


def size_text(count: float) -> str:
    """Write bytes in steps of 1,000: ``353 MB``."""
    step = 0
    while count >= 999.5 and step < len(_STEPS) - 1:
        count /= 1000
        step += 1
    return f"{count:.0f} {_STEPS[step]}" if step == 0 or count >= 99.5 else f"{count:.1f} {_STEPS[step]}"


def span_text(milliseconds: float) -> str:
    """Write a span of time: ``8 ms``, ``1.2 s``, ``34 s``, ``2 min 10 s``, ``3 h 5 min``."""
    if milliseconds < 999.5:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1000
    if seconds < 9.95:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    minutes, left = divmod(round(seconds), 60)
    if minutes == 0:
        return f"{left} s"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{minutes} min {left} s"


def noun_text(count: int, noun: str) -> str:
    """Write a number of things: ``1 task``, ``1,200 tasks``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def whole_seconds(milliseconds: float) -> int:
    """Cut a running clock to whole seconds, in milliseconds: what is said of it changes once a second."""
    return int(milliseconds // 1000) * 1000
