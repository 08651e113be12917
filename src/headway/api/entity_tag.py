"""Answers that are not sent again: ``ETag`` and ``If-None-Match`` (RFC 9110, 13.1.2)."""

from headway.web.entity_tag import named_tags

UNCHANGED: dict[int | str, dict[str, object]] = {
    304: {"description": "It is what `If-None-Match` names"},
    200: {"headers": {"ETag": {"description": "Names this answer", "schema": {"type": "string"}}}},
}


def is_known(etag: str, if_none_match: str | None) -> bool:
    """Tell whether the caller has the answer that ``etag`` names; weak tags count as well."""
    if if_none_match is None:
        return False
    named = [tag.strip('"') for tag in named_tags(if_none_match)]
    return etag in named or named == ["*"]
