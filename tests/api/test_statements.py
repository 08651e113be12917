"""Checking, explaining and keeping statements."""

from headway.engine.scripted import Script
from headway.jobs.errors import ErrorKind, SqlError, StatementFailed
from headway.jobs.job import SQL_LIMIT
from tests.api.watched import BOB, watched
from tests.service.scene import World

WRONG = StatementFailed(SqlError(ErrorKind.SEMANTIC, "no column", "UNRESOLVED", "42703", None, 2, 3, "nope"))


async def test_a_statement_is_checked_with_the_place_of_its_error(world: World) -> None:
    world.scripts["select\n  nope"] = Script(steps=[WRONG])
    async with watched(world).http() as http:
        good = (await http.post("/check", json={"sql": "select 1", "current_db": "shop"})).json()
        bad = (await http.post("/check", json={"sql": "select\n  nope"})).json()
        long = await http.post("/check", json={"sql": "x" * (SQL_LIMIT + 1)})
        wrong = await http.post("/check", json={"sql": "select 1", "queue": "x"})
    assert good == {"ok": True, "error": None}
    assert bad["ok"] is False
    assert {name: bad["error"][name] for name in ("kind", "message", "line", "column", "fragment")} == {
        "kind": "semantic",
        "message": "no column",
        "line": 2,
        "column": 3,
        "fragment": "nope",
    }
    assert (long.status_code, wrong.status_code) == (400, 400)
    assert world.engine().executed == []


async def test_a_statement_is_explained_unless_the_check_refuses_it(world: World) -> None:
    world.scripts["select nope"] = Script(steps=[WRONG])
    async with watched(world).http() as http:
        good = (await http.post("/explain", json={"sql": "select 1"})).json()
        bad = await http.post("/explain", json={"sql": "select nope"})
        long = await http.post("/explain", json={"sql": "x" * (SQL_LIMIT + 1)})
    assert good == {"text": "== Physical Plan ==\nselect 1"}
    assert (bad.status_code, bad.json()) == (
        400,
        {"error_code": "StatementFailed", "error_msg": "no column"},
    )
    assert (long.status_code, long.json()["error_code"]) == (400, "InvalidRequest")
    assert world.engine().executed == []


async def test_templates_are_kept_by_names_of_any_kind(world: World) -> None:
    name, at = "Täglich / 'all'", "/templates/T%C3%A4glich%20%2F%20'all'"
    face = watched(world)
    async with face.http() as http, face.http(BOB) as bob:
        kept = (await http.put(at, json={"sql": "select 1", "current_db": "shop"})).json()
        listed = (await http.get("/templates")).json()["templates"]
        assert (await bob.get("/templates")).json() == {"templates": []}
        assert (await bob.delete(at)).status_code == 404
        gone = await http.delete(at)
        again = await http.delete(at)
        refused = await http.put(f"/templates/{'x' * 129}", json={"sql": "select 1"})
    assert listed == [kept]
    assert (kept["name"], kept["sql"], kept["current_db"]) == (name, "select 1", "shop")
    assert (gone.status_code, gone.content, again.status_code) == (204, b"", 404)
    assert (refused.status_code, refused.json()["error_code"]) == (400, "InvalidRequest")
