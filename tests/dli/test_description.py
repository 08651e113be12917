from typing import Any

import pytest
from fastapi import FastAPI

from tests.dli.scene import Scene

P10, P1 = "/v1.0/{project_id}", "/v1/{project_id}"


@pytest.fixture(scope="session")
def described(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def test_every_call_is_described_where_the_contract_has_it(described: dict[str, Any]) -> None:
    calls = {(method, path) for path, methods in described["paths"].items() for method in methods}
    assert calls == {
        ("post", f"{P10}/jobs/submit-job"),
        ("post", f"{P10}/jobs/check-sql"),
        ("get", f"{P10}/jobs"),
        ("delete", f"{P10}/jobs/{{job_id}}"),
        ("get", f"{P10}/jobs/{{job_id}}/status"),
        ("get", f"{P10}/jobs/{{job_id}}/detail"),
        ("get", f"{P10}/jobs/{{job_id}}/preview"),
        ("get", f"{P1}/jobs/{{job_id}}/progress"),
    }


def test_errors_are_described_as_they_are(described: dict[str, Any]) -> None:
    for methods in described["paths"].values():
        for call in methods.values():
            assert set(call["responses"]) == {"200", "400", "401", "403", "429", "503", "default"}
            body = call["responses"]["400"]["content"]["application/json"]["schema"]
            assert body == {"$ref": "#/components/schemas/ErrorAnswer"}
            named = {parameter["name"] for parameter in call["parameters"] if parameter["in"] == "path"}
            assert "project_id" in named


def test_parameters_have_the_contracts_names_and_bounds(described: dict[str, Any]) -> None:
    parameters = {
        parameter["name"]: parameter["schema"]
        for parameter in described["paths"][f"{P10}/jobs"]["get"]["parameters"]
    }
    assert set(parameters) == {
        "project_id", "page-size", "current-page", "start", "end", "job-type", "job_types", "job-status",
        "job-id", "queue_name", "sql_pattern", "order", "engine-type", "engine_type", "owner", "db_name",
        "table_name", "tags",
    }  # fmt: skip
    assert parameters["page-size"].items() >= {"minimum": 1, "maximum": 100, "default": 50}.items()


def test_a_submission_may_be_named(described: dict[str, Any]) -> None:
    named = {
        path
        for path, methods in described["paths"].items()
        for call in methods.values()
        if any(parameter["name"] == "X-Client-Token" for parameter in call["parameters"])
    }
    assert named == {f"{P10}/jobs/submit-job"}


def test_bodies_have_the_contracts_fields(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    assert set(schemas["SubmitBody"]["properties"]) == {
        "sql", "currentdb", "current_catalog", "queue_name", "conf", "tags", "engine_type",
    }  # fmt: skip
    assert schemas["SubmitBody"]["required"] == ["sql"]
    assert schemas["SubmitBody"]["properties"]["sql"]["maxLength"] == 500_000
    assert {"schema", "rows"} <= set(schemas["SubmitAnswer"]["properties"])
    assert len(schemas["ProgressAnswer"]["properties"]) == 7
    assert len(schemas["SubjobAnswer"]["properties"]) == 20


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/jobs"), ("GET", "/jobs/submit-job"), ("POST", "/jobs/x/status")]
)
async def test_a_wrong_method_is_refused(scene: Scene, method: str, path: str) -> None:
    response = await scene.client.request(method, scene.url(path))
    assert (response.status_code, response.json()["error_code"]) == (405, "APIGW.0101")


@pytest.mark.parametrize("path", ["/jobs/", "/jobs/x/progress/", "/jobs/x/y", "/sqls", ""])
async def test_an_unknown_path_is_refused_and_not_redirected(scene: Scene, path: str) -> None:
    response = await scene.client.get(scene.url(path))
    assert (response.status_code, response.json()["error_code"]) == (404, "APIGW.0101")
