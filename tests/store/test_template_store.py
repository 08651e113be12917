from dataclasses import replace

import pytest

from headway.jobs.errors import NotAllowed, NotFound
from headway.store import template_store
from headway.store.database import Database
from headway.store.template_store import Template, TemplateStore

DAILY = Template("täglich / 'all'", "select 1", "shop", 10)


@pytest.fixture
def templates(database: Database) -> TemplateStore:
    return TemplateStore(database)


async def test_a_template_is_kept_replaced_and_forgotten(templates: TemplateStore) -> None:
    other = replace(DAILY, name="another")
    await templates.keep("p1", DAILY)
    await templates.keep("p1", other)
    newer = replace(DAILY, sql="select 2", updated_at=20)
    await templates.keep("p1", newer)
    assert await templates.all("p1") == [other, newer]
    await templates.delete("p1", DAILY.name)
    assert await templates.all("p1") == [other]


async def test_templates_belong_to_their_project(templates: TemplateStore) -> None:
    await templates.keep("p1", DAILY)
    assert await templates.all("p2") == []
    with pytest.raises(NotFound):
        await templates.delete("p2", DAILY.name)
    assert await templates.all("p1") == [DAILY]


async def test_a_project_has_so_many_and_no_more(
    templates: TemplateStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template_store, "KEPT_MOST", 2)
    for name in ("a", "b"):
        await templates.keep("p1", replace(DAILY, name=name))
    with pytest.raises(NotAllowed, match="2 templates"):
        await templates.keep("p1", DAILY)
    await templates.keep("p1", replace(DAILY, name="b", sql="select 3"))
    await templates.keep("p2", DAILY)
    assert [each.sql for each in await templates.all("p1")] == ["select 1", "select 3"]
