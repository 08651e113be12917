"""Names as Spark's SQL takes them, whatever characters they hold."""


def quoted(*parts: str) -> str:
    """Give a name of one or several parts, each in backticks."""
    return ".".join("`" + part.replace("`", "``") + "`" for part in parts)
