"""Spark's page of an execution: the plan with its operators' figures, on a page that Spark 4.3 wrote."""

from pathlib import Path

import pytest

from headway.engine.plan_page import read_amount, read_page

PAGE = (Path(__file__).parent / "data" / "execution_page.html").read_text("utf-8")


def test_operators_have_their_place_and_their_figures() -> None:
    (tree,) = read_page(PAGE)
    assert [(node.depth, node.name) for node in tree][:6] == [
        (0, "AdaptiveSparkPlan"),
        (1, "Sort"),
        (2, "Exchange"),
        (3, "HashAggregate"),
        (4, "ShuffleQueryStage"),
        (5, "Exchange"),
    ]
    by_name = {node.name: node for node in tree}
    assert by_name["Filter"].metrics["number of output rows"] == 3_009_140
    scan = by_name["Scan parquet spark_catalog.tpch_2.lineitem"]
    assert scan.metrics["size of files read"] == pytest.approx(454.1 * 2**20)
    assert scan.metrics["scan time"] == 314
    assert scan.stage_ids == (2107,)
    assert by_name["Filter"].is_codegen
    assert not by_name["Sort"].is_codegen


def test_a_page_whose_graph_is_not_known_gives_the_plan_without_figures() -> None:
    (tree,) = read_page(PAGE.replace("node-details", "something-else"))
    assert len(tree) == len(read_page(PAGE)[0])
    assert all(not node.metrics for node in tree)


@pytest.mark.parametrize("page", ["", "<html>no plan</html>", PAGE.replace("== Physical Plan ==", "")])
def test_a_page_without_a_plan_gives_nothing(page: str) -> None:
    assert read_page(page) == ()


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("3,009,140", 3_009_140),
        ("454.1 MiB", 454.1 * 2**20),
        ("total (min, med, max (stageId: taskId))\n1.5 s (0 ms, 0.7 s, 0.8 s (stage 3.0: task 5))", 1_500),
        ("total (min, med, max (stageId: taskId))\n2.0 m (1 s, 1 s, 1 s (stage 3.0: task 5))", 120_000),
        ("avg (min, med, max (stageId: taskId))\n(1.2, 1.3, 1.4 (stage 3.0: task 5))", 1.2),
        ("0 ms", 0),
        ("", None),
        ("none", None),
    ],
)
def test_figures_are_read_as_bytes_milliseconds_and_counts(text: str, amount: float | None) -> None:
    assert read_amount(text) == (amount if amount is None else pytest.approx(amount))
