"""Splitting a text by the API; how statements are told apart is proved in tests/jobs."""

from tests.api.scene import a_scene


async def test_statements_come_with_their_places_and_kinds() -> None:
    sql = "-- 😀 first\nselect ';' ;\n\n/* only; this */ ;\n insert into t values (1); BEGIN SELECT 1; END"
    async with a_scene() as scene:
        found = (await scene.http.post("/split", json={"sql": sql})).json()["statements"]
        assert scene.service.asked == []
    assert [each["text"] for each in found] == [
        "-- 😀 first\nselect ';'",
        "insert into t values (1)",
        "BEGIN SELECT 1; END",
    ]
    assert all(sql[each["start"] : each["end"]] == each["text"] for each in found)
    assert [each["line"] for each in found] == [1, 5, 5]
    assert [each["job_type"] for each in found] == ["QUERY", "INSERT", "DDL"]


async def test_use_and_set_tell_what_they_mean_for_the_statements_after_them() -> None:
    sql = "use `my db`; set spark.sql.ansi.enabled = false; create temporary view v as select 1; select 2"
    async with a_scene() as scene:
        found = (await scene.http.post("/split", json={"sql": sql})).json()["statements"]
    assert [each["uses"] for each in found] == ["my db", None, None, None]
    assert [each["sets"] for each in found] == [{}, {"spark.sql.ansi.enabled": "false"}, {}, {}]
    assert [each["is_temporary"] for each in found] == [False, False, True, False]


async def test_nothing_but_comments_is_no_statement() -> None:
    async with a_scene() as scene:
        answer = await scene.http.post("/split", json={"sql": "; -- nothing\n;"})
    assert answer.json() == {"statements": []}


async def test_a_text_that_is_too_long_is_refused() -> None:
    async with a_scene() as scene:
        answer = await scene.http.post("/split", json={"sql": "x" * 500_001})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "InvalidRequest")
