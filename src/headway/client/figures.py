"""How numbers and foreign text are written for people."""


def count_text(count: int) -> str:
    """Write a count with separators; millions and more are rounded: ``6.0M``."""
    if count < 1_000_000:
        return f"{count:,}"
    return f"{count / 1e6:.1f}M" if count < 1e9 else f"{count / 1e9:.2f}G"


def time_text(seconds: float) -> str:
    """Write a duration: ``0.35 s``, ``12.4 s``, ``3:05``, ``1:02:03``."""
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def clock_text(seconds: float) -> str:
    """Write a duration that goes on, in whole seconds: ``12 s``, ``3:05``, ``1:02:03``."""
    return f"{int(seconds)} s" if seconds < 60 else time_text(int(seconds))


def percent_text(fraction: float) -> str:
    """Write a share; only the whole is 100%."""
    return "100%" if fraction >= 1 else f"{min(99, int(fraction * 100))}%"


def rows_text(count: int) -> str:
    """Write a number of rows."""
    return "1 row" if count == 1 else f"{count:,} rows"


def visible(text: str) -> str:
    r"""Make control characters visible (``\n``, ``\x1b``): foreign text must not steer the terminal."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _escape(each) for each in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def shortened(text: str, width: int) -> str:
    """Cut a text to ``width`` characters, the last one an ellipsis when something was cut."""
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"
