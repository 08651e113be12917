"""The catalog over a scripted engine: what is asked, what waits, what is refused."""

import asyncio
from urllib.parse import quote

import pytest

from headway.engine.catalog import CatalogColumn, TableDescription
from headway.jobs.errors import EngineLost
from headway.service import ready_engines
from headway.service.project_catalog import AT_ONCE, ProjectCatalog
from headway.service.ready_engines import ReadyEngines
from tests.api.watched import BOB, watched
from tests.service.scene import World, until

DB = "a.b`c 'ü'"
PLAIN = TableDescription(
    name="t.1",
    database=DB,
    description="of all",
    provider="parquet",
    location="file:/w/t",
    columns=(
        CatalogColumn("id", "bigint", is_nullable=False),
        CatalogColumn("day", "date", is_partition=True),
    ),
    size_bytes=12,
    row_count=3,
    create_statement="CREATE TABLE …",
)


async def test_the_catalog_is_shown_by_names_of_any_kind(world: World) -> None:
    catalog = world.engine().catalog
    catalog.found[DB] = [PLAIN, TableDescription(name="v", database=DB, is_view=True)]
    catalog.partitioned[(DB, PLAIN.name)] = ["day=1", "day=2", "day=3"]
    at = f"/catalog/databases/{quote(DB, safe='')}/tables"
    async with watched(world).http() as http:
        databases = (await http.get("/catalog/databases")).json()["databases"]
        tables = (await http.get(at)).json()["tables"]
        table = (await http.get(f"{at}/t.1")).json()
        partitions = (await http.get(f"{at}/t.1/partitions", params={"limit": 2})).json()
    assert databases[1] == {"name": DB, "description": None, "location": f"file:/{DB}"}
    assert [(each["name"], each["kind"], each["is_temporary"]) for each in tables] == [
        ("t.1", "table", False),
        ("v", "view", False),
    ]
    assert table == {
        "name": "t.1",
        "database": DB,
        "kind": "table",
        "description": "of all",
        "provider": "parquet",
        "location": "file:/w/t",
        "columns": [
            {"name": "id", "type": "bigint", "nullable": False, "comment": None, "is_partition": False},
            {"name": "day", "type": "date", "nullable": True, "comment": None, "is_partition": True},
        ],
        "size_bytes": 12,
        "row_count": 3,
        "create_statement": "CREATE TABLE …",
    }
    assert partitions == {"partitions": ["day=1", "day=2"], "total": 3}


@pytest.mark.parametrize("path", ["/nope/tables", "/default/tables/nope", "/default/tables/nope/partitions"])
async def test_what_is_not_there_is_404(world: World, path: str) -> None:
    async with watched(world).http() as http:
        answer = await http.get(f"/catalog/databases{path}")
    assert (answer.status_code, answer.json()["error_code"]) == (404, "NotFound")
    assert "nope" in answer.json()["error_msg"]


async def test_while_the_engine_starts_callers_come_back_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ready_engines, "FOUND_SECONDS", 0.05)
    gate = world.host().gate = asyncio.Event()
    async with watched(world).http() as http:
        for method, path, body in (
            ("GET", "/catalog/databases", None),
            ("POST", "/check", {"sql": "select 1"}),
            ("POST", "/explain", {"sql": "select 1"}),
        ):
            answer = await http.request(method, path, json=body)
            assert (answer.status_code, answer.json()["error_code"]) == (503, "EngineNotReady")
            assert answer.headers["retry-after"] == "2"
            assert "STARTING: starting as the script says" in answer.json()["error_msg"]
        gate.set()
        assert (await http.get("/catalog/databases")).status_code == 200


async def test_a_slow_engine_is_waited_for_so_long_and_asked_few_questions_at_once(world: World) -> None:
    catalog = world.engine().catalog
    gate = catalog.gate = asyncio.Event()
    asker = ProjectCatalog(ReadyEngines(world.engines), seconds=0.3)
    asked = [asyncio.create_task(asker.databases("p1")) for _ in range(AT_ONCE + 3)]
    elsewhere = asyncio.create_task(asker.databases("p2"))  # has an engine of its own
    await until(lambda: catalog.under_way == AT_ONCE)
    assert [each.name for each in await elsewhere] == ["default"]
    said = await asyncio.gather(*asked, return_exceptions=True)
    assert {str(each) for each in said} == {"The engine did not answer within 0.3 seconds; it may be busy"}
    assert (catalog.most_under_way, catalog.under_way) == (AT_ONCE, 0)
    gate.set()
    assert await asker.databases("p1")


async def test_an_engine_that_dies_is_503_and_no_project_sees_anothers(world: World) -> None:
    catalog = world.engine().catalog
    catalog.found["secret"] = []
    catalog.failure = EngineLost("engine lost: its process ended")
    face = watched(world)
    async with face.http() as http, face.http(BOB) as bob:
        lost = await http.get("/catalog/databases")
        theirs = (await bob.get("/catalog/databases")).json()["databases"]
    assert (lost.status_code, lost.json()["error_code"]) == (503, "EngineLost")
    assert [each["name"] for each in theirs] == ["default"]
