"""The engine's state, log and use; the queues."""

import asyncio
from dataclasses import replace

from headway.engine.base import Completed
from headway.engine.scripted import NO_COLUMNS, Script
from headway.jobs.lifecycle import JobState
from headway.jobs.subjob import Capacity
from headway.service.clock import now_ms
from tests.api.watched import BOB, watched
from tests.service.scene import World, reading, until


async def test_queues_tell_how_full_they_are(world: World) -> None:
    gate = asyncio.Event()
    world.scripts["select 1"] = Script(steps=[NO_COLUMNS, gate, Completed()])
    first, _ = [await world.submit(queue_name="narrow") for _ in range(2)]
    await world.reaches(first, JobState.RUNNING)
    face = watched(world)
    async with face.http() as http, face.http(BOB) as bob:
        ours = (await http.get("/queues")).json()["queues"]
        theirs = (await bob.get("/queues")).json()["queues"]
    assert ours == [
        {"name": "default", "max_concurrent": 16, "max_waiting": 10_000, "running": 0, "waiting": 0},
        {"name": "narrow", "max_concurrent": 1, "max_waiting": 10_000, "running": 1, "waiting": 1},
    ]
    assert [(queue["running"], queue["waiting"]) for queue in theirs] == [(0, 0), (0, 0)]
    # A queue that is taken out of the settings drains by one.
    del world.queues._queues["narrow"]
    async with face.http() as http:
        drained = (await http.get("/queues")).json()["queues"][1]
    assert drained == {"name": "narrow", "max_concurrent": 1, "max_waiting": 0, "running": 1, "waiting": 1}
    gate.set()


async def test_the_log_is_given_from_its_end(world: World) -> None:
    face = watched(world)
    async with face.http() as http:
        assert (await http.get("/engine/log")).json() == {"lines": [], "reason": "The log is empty"}
        world.host().log = [f"line {number}" for number in range(300)]
        assert (await http.get("/engine/log", params={"lines": 2})).json() == {
            "lines": ["line 298", "line 299"],
            "reason": None,
        }
        assert len((await http.get("/engine/log")).json()["lines"]) == 200
        assert (await http.get("/engine/log", params={"lines": 1001})).status_code == 400


async def test_a_restart_starts_the_engine_anew(world: World) -> None:
    await world.host().ready()
    async with watched(world).http() as http:
        answer = await http.post("/engine/restart")
    assert answer.status_code == 200
    assert answer.json()["state"] in ("STARTING", "READY")
    await until(lambda: world.host().status.state == "READY")


async def test_somebody_elses_engine_is_not_restarted(world: World) -> None:
    host = world.host()
    await host.ready()
    status = replace(host.status, kind="remote")
    world.engines._hosts["p1"] = _Remote(status)  # type: ignore[assignment]
    async with watched(world).http() as http:
        answer = await http.post("/engine/restart")
    assert (answer.status_code, answer.json()["error_code"]) == (409, "NotAllowed")


async def test_an_engine_is_scaled_by_a_restart(world: World) -> None:
    await world.host().ready()
    async with watched(world).http() as http:
        answer = await http.post("/engine/scale", json={"cores": 3, "memory": "2g"})
        assert answer.status_code == 200, answer.text
        assert answer.json()["size"] == {"cores": 3, "memory": "2g", "executors": None}
        await until(lambda: world.host().status.state == "READY")
        assert (await http.get("/engine")).json()["size"]["cores"] == 3
        assert (await http.post("/engine/scale", json={})).json()["size"]["cores"] is None


async def test_what_is_no_size_is_refused_by_its_field(world: World) -> None:
    async with watched(world).http() as http:
        for body, field in (({"cores": "3"}, "cores"), ({"memory": 3}, "memory"), ({"nodes": 3}, "nodes")):
            answer = await http.post("/engine/scale", json=body)
            assert answer.status_code == 400
            assert field in answer.json()["error_msg"]


async def test_sparks_own_pages_are_read_through_the_api(world: World) -> None:
    async with watched(world).http() as http:
        assert (await http.get("/engine/spark/jobs/")).status_code == 503
        await world.host().ready()
        page = await http.get("/engine/spark/stages/stage/", params={"id": 3, "attempt": 0})
        assert page.text == "/api/v1/p1/engine/spark /stages/stage/ id=3&attempt=0"
        below = await http.get("/engine/spark/jobs/", headers={"X-Forwarded-Prefix": "/headway/"})
        assert below.text.startswith("/headway/api/v1/p1/engine/spark /jobs/")
        assert (await http.get("/engine/spark")).headers["location"] == "spark/jobs/"


class _Remote:
    """A host of an engine that was not started here."""

    def __init__(self, status: object) -> None:
        self.status = status

    async def close(self) -> None: ...


async def test_used_cores_are_told_as_they_were_read(world: World) -> None:
    gate = asyncio.Event()
    at = now_ms()
    seen = replace(reading((1, 4), at=at), capacity=Capacity(executors=2, cores=8, busy=5))
    world.scripts["select 1"] = Script(steps=[NO_COLUMNS, gate, Completed()], readings=[seen])
    job_id = await world.submit()
    await world.reaches(job_id, JobState.RUNNING)
    async with watched(world).http() as http:

        async def samples() -> list[object]:
            found: list[object] = (await http.get("/engine/usage")).json()["samples"]
            return found

        assert (await until(samples)) == [{"at": at, "cores": 8, "busy": 5, "executors": 2}]
    gate.set()
    await world.ended(job_id)
