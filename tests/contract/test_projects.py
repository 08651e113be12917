"""Two tenants of one service: nothing of one exists for the other."""

from collections.abc import Iterator
from functools import partial
from uuid import uuid4

import pytest

from tests.contract.sdk import Dli, refused
from tests.service_process import Project


@pytest.fixture
def neighbours_dli(neighbour: Project) -> Iterator[Dli]:
    with Dli.of(neighbour) as dli:
        yield dli


@pytest.fixture
def neighbours_engine(neighbour: Project) -> Iterator[None]:
    """The second engine, started by its first job and gone again after the test."""
    yield
    with neighbour.http() as http:
        http.post(f"/api/v1/{neighbour.project_id}/engine/stop").raise_for_status()


def test_jobs_of_one_project_are_unknown_to_the_other(dli: Dli, neighbours_dli: Dli) -> None:
    tags = {"secret": uuid4().hex}
    job_id = dli.done("SELECT 'mine'", tags=tags)
    for call in (Dli.status, Dli.detail, Dli.preview, Dli.progress, Dli.cancel):
        refused(partial(call, neighbours_dli, job_id), "DLI.0002", f"There is no job named {job_id}")
    assert neighbours_dli.list(job_id=job_id).job_count == 0
    assert neighbours_dli.list(tags=f"secret={tags['secret']}").jobs == []
    assert dli.list(job_id=job_id).job_count == 1


@pytest.mark.usefixtures("neighbours_engine")
def test_tables_of_the_same_name_do_not_see_each_other(dli: Dli, neighbours_dli: Dli) -> None:
    for client, owner in ((dli, "first"), (neighbours_dli, "second")):
        client.done("CREATE DATABASE shared_name")
        client.done(f"CREATE TABLE t AS SELECT '{owner}' AS owner", currentdb="shared_name")

    def owners(client: Dli) -> list[list[str]]:
        rows: list[list[str]] = client.preview(client.done("SELECT owner FROM shared_name.t")).rows
        return rows

    assert owners(dli) == [["first"]]
    dli.done("DROP TABLE shared_name.t")
    refused(lambda: dli.check("SELECT * FROM shared_name.t"), "DLI.0002", "TABLE_OR_VIEW_NOT_FOUND")
    assert owners(neighbours_dli) == [["second"]]
