"""A million rows in the console: scrolled, copied, drawn and taken away as files."""

import io
import json
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from pyarrow import csv, ipc, parquet

from tests.browser.visitor import Visitors
from tests.service_process import Project, ServiceProcess

ROWS = 1_000_000
MILLION = f"SELECT id, id * id AS square, concat('row ', id) AS name FROM range(0, {ROWS}, 1, 4)"

# By what the link says: the API's name of the form, and how the file's name ends.
FILES = {
    "CSV": ("csv", "csv"),
    "Parquet": ("parquet", "parquet"),
    "Arrow": ("arrow", "arrow"),
    "JSON": ("records", "json"),
}


@pytest.fixture(scope="module")
def million(service: ServiceProcess) -> str:
    job = service.project().run(MILLION)
    assert job["result"]["row_count"] == ROWS
    return str(job["job_id"])


async def shows(page: Page, row: int) -> None:
    """Wait until the row that counts from 0 is there with the cells that the statement gives it."""
    line = page.get_by_role("row").filter(has=page.get_by_role("gridcell", name=f"row {row}", exact=True))
    await expect(line).to_be_visible()
    await expect(line).to_contain_text(f"{row * row}")


async def test_a_million_rows_scroll(visitors: Visitors, million: str) -> None:
    visitor = await visitors.visitor(f"/jobs/{million}/results")
    page = visitor.page
    await visitor.says("1,000,000 rows, 3 columns")
    await shows(page, 0)
    await page.get_by_role("gridcell", name="row 0", exact=True).click()
    await page.keyboard.press("Control+End")
    await shows(page, ROWS - 1)
    await page.get_by_label("Row", exact=True).fill("500001")
    await visitor.press("Go")
    await shows(page, 500_000)
    for _ in range(40):
        await page.keyboard.press("PageDown")
    await expect(page.get_by_role("gridcell", name="row 500000", exact=True)).to_have_count(0)
    await page.keyboard.press("Control+Home")
    await shows(page, 0)


async def test_cells_are_copied_and_drawn(visitors: Visitors, million: str) -> None:
    visitor = await visitors.visitor(
        f"/jobs/{million}/results", permissions=["clipboard-read", "clipboard-write"]
    )
    page = visitor.page
    await page.get_by_role("gridcell", name="row 2", exact=True).click()
    await page.keyboard.press("Shift+ArrowLeft")
    await page.keyboard.press("Shift+ArrowDown")
    await page.keyboard.press("Control+C")
    await visitor.says("Copied 2 rows of 2 columns")
    assert await page.evaluate("navigator.clipboard.readText()") == "4\trow 2\n9\trow 3"
    await visitor.press("Chart")
    await expect(page.get_by_role("img", name="chart of")).to_be_visible()
    await page.get_by_label("Draw").select_option("Line")
    await visitor.stands_at(f"/jobs/{million}/results\\?.*chart=line.*")


async def test_files_hold_what_the_api_gives(
    project: Project, visitors: Visitors, million: str, tmp_path: Path
) -> None:
    visitor = await visitors.visitor(f"/jobs/{million}/results")
    files = {}
    for name, (form, suffix) in FILES.items():
        async with visitor.page.expect_download() as coming:
            await visitor.page.get_by_role("link", name=name).click()
        download = await coming.value
        assert download.suggested_filename == f"{million}.{suffix}"
        await download.save_as(tmp_path / name)
        files[name] = (tmp_path / name).read_bytes()
        with project.http() as http:
            path = f"/api/v1/{project.project_id}/jobs/{million}/result"
            answer = http.get(path, params={"format": form})
        assert answer.status_code == 200
        assert files[name] == answer.content
    table = csv.read_csv(io.BytesIO(files["CSV"]))
    assert table.num_rows == ROWS
    last = {"id": 999_999, "square": 999_999**2, "name": "row 999999"}
    assert table.slice(ROWS - 1).to_pylist() == [last]
    assert parquet.read_table(io.BytesIO(files["Parquet"])).to_pydict() == table.to_pydict()
    assert ipc.open_stream(files["Arrow"]).read_all().to_pydict() == table.to_pydict()
    records = json.loads(files["JSON"])
    assert (len(records), records[-1]) == (ROWS, last)
