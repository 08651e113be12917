"""Statements are written, checked, explained, kept and run in the editor; the catalogue has their tables."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.visitor import Visitors
from tests.service_process import ServiceProcess

TABLE = (
    "CREATE TABLE browsed.orders (number BIGINT COMMENT 'counts up', item STRING, day DATE)"
    " USING parquet PARTITIONED BY (day)"
)
ROWS = "INSERT INTO browsed.orders VALUES (1, 'ink', DATE'2026-01-05'), (2, 'pen', DATE'2026-01-06')"


@pytest.fixture(scope="module")
def orders(service: ServiceProcess) -> Iterator[None]:
    project = service.project()
    for statement in ("CREATE DATABASE browsed", TABLE, ROWS):
        assert project.run(statement)["status"] == "FINISHED"
    yield
    project.run("DROP DATABASE browsed CASCADE")


async def write(page: Page, sql: str) -> None:
    """Put a statement in place of what is in the editor."""
    await page.get_by_role("textbox", name="SQL").click()
    await page.keyboard.press("Control+A")
    await page.keyboard.press("Delete")
    await page.keyboard.insert_text(sql)


async def test_an_error_is_marked_where_it_is_until_it_is_mended_and_run(visitors: Visitors) -> None:
    visitor = await visitors.visitor("/editor")
    page = visitor.page
    await write(page, "SELECT id,\n  nam\nFROM range(10)")
    await visitor.sees("button", "1 problem")
    await expect(page.locator(".cm-lintRange-error")).to_have_text("nam")
    await write(page, "SELECT id FROM range(10)")
    await visitor.says("No problems found")
    await expect(page.locator(".cm-lintRange-error")).to_have_count(0)
    await page.keyboard.press("Control+Enter")
    await visitor.says("10 rows in")
    await visitor.press("Explain")
    await expect(page.get_by_role("region", name="Plan")).to_contain_text("Range (0, 10")
    await page.reload()
    await expect(page.get_by_role("textbox", name="SQL")).to_contain_text("SELECT id FROM range(10)")


async def test_tables_and_columns_complete_what_is_typed(visitors: Visitors, orders: None) -> None:
    visitor = await visitors.visitor("/editor")
    page = visitor.page
    await page.get_by_label("Database").select_option("browsed")
    await write(page, "SELECT  FROM ")
    await page.keyboard.type("ord")
    option = page.get_by_role("option", name="orders")
    await expect(option).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("textbox", name="SQL")).to_contain_text("FROM orders")
    await page.keyboard.press("Home")
    for _ in "SELECT ":
        await page.keyboard.press("ArrowRight")
    await page.keyboard.type("num")
    await expect(page.get_by_role("option", name=re.compile("^number"))).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("textbox", name="SQL")).to_contain_text("SELECT number FROM orders")
    await visitor.says("No problems found")
    await visitor.press("Run")
    await visitor.says("2 rows in")


async def test_a_template_is_kept_for_everybody(visitors: Visitors) -> None:
    ada = await visitors.visitor("/editor")
    await write(ada.page, "SELECT 'kept'")
    await ada.page.get_by_role("tab", name="Templates").click()
    await ada.page.get_by_label("Save the editor's text as").fill("for later")
    await ada.press("Save")
    await ada.says("Saved as “for later”.")

    bob = await visitors.visitor("/editor")
    await bob.page.get_by_role("tab", name="Templates").click()
    await bob.press("SELECT 'kept'")
    await expect(bob.page.get_by_role("textbox", name="SQL")).to_contain_text("SELECT 'kept'")
    await bob.press("Delete template for later")
    await bob.press("Delete", await bob.sees("dialog", "Delete template “for later”?"))
    await bob.says("No templates yet")


async def test_the_catalogue_tells_what_a_table_is(visitors: Visitors, orders: None) -> None:
    visitor = await visitors.visitor("/catalog")
    page = visitor.page
    await page.get_by_label("Database", exact=True).select_option("browsed")
    await page.get_by_role("link", name="orders", exact=True).click()
    await visitor.stands_at("/catalog/browsed/orders")
    for row in ("number bigint counts up", "item string", "day partition date"):
        await expect(page.get_by_role("row", name=row)).to_be_visible()
    await visitor.says("day=2026-01-06")
    await expect(page.get_by_role("region", name="Create statement", exact=True)).to_contain_text(
        "PARTITIONED BY"
    )
    await visitor.press("Show the first 100 rows")
    await expect(page.get_by_role("gridcell", name="ink")).to_be_visible()
