"""What a page looks at beside jobs, on a real Spark: plans, the catalog, checks, the engine."""

from typing import Any

from tests.service_process import Project
from tests.statements import MULTI_STAGE


def call(project: Project, method: str, path: str, **more: Any) -> Any:
    with project.http() as http:
        answer = http.request(method, f"/api/v1/{project.project_id}{path}", **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_plan_of_a_job_has_each_operators_rows_time_and_bytes(project: Project) -> None:
    job = project.run(MULTI_STAGE)
    (execution,) = call(project, "GET", f"/jobs/{job['job_id']}/plan")["executions"]
    nodes = execution["trees"][0]["nodes"]
    assert not execution["is_running"]
    assert [node["depth"] for node in nodes[:2]] == [0, 1]
    by_name = {node["name"]: node for node in nodes}
    # The global sort has the join run twice: once to sample its rows.
    assert {node["rows"] for node in nodes if node["name"].startswith("SortMergeJoin")} == {2 * 997}
    assert by_name["Range"]["rows"] == 12_000_000
    assert by_name["Exchange"]["bytes"] > 0
    assert by_name["Sort"]["time_ms"] is not None
    assert any(node["stage_ids"] for node in nodes)
    samples = call(project, "GET", "/engine/usage")["samples"]
    assert samples
    assert max(sample["busy"] for sample in samples) > 0


def test_tables_are_found_described_and_checked_against(project: Project) -> None:
    for statement in ("CREATE DATABASE IF NOT EXISTS looked", "CREATE TABLE IF NOT EXISTS looked.at (a INT)"):
        assert project.run(statement)["status"] == "FINISHED"
    databases = call(project, "GET", "/catalog/databases")["databases"]
    assert {"default", "looked"} <= {each["name"] for each in databases}
    tables = call(project, "GET", "/catalog/databases/looked/tables")["tables"]
    assert [(each["name"], each["kind"]) for each in tables] == [("at", "table")]
    table = call(project, "GET", "/catalog/databases/looked/tables/at")
    assert [(column["name"], column["type"]) for column in table["columns"]] == [("a", "int")]
    right = {"sql": "SELECT a FROM at", "current_db": "looked"}
    assert call(project, "POST", "/check", json=right) == {"ok": True, "error": None}
    wrong = call(project, "POST", "/check", json={"sql": "SELECT\n  b FROM at", "current_db": "looked"})
    assert (wrong["ok"], wrong["error"]["line"], wrong["error"]["column"]) == (False, 2, 3)
    assert "looked.at" in call(project, "POST", "/explain", json=right)["text"]
