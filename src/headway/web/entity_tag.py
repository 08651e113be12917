"""Entity tags as callers name them (RFC 9110, 13.1.2)."""


def named_tags(if_none_match: str) -> list[str]:
    """Give the tags of an ``If-None-Match``, in their quotes; weak ones count like others."""
    return [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
