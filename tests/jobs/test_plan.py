"""A plan's text read into trees, and cut into segments."""

from headway.jobs.plan import Plan, read_trees
from headway.jobs.segments import is_adaptive, roots, walk

JOIN = """\
== Physical Plan ==
AdaptiveSparkPlan (18)
+- == Current Plan ==
   TakeOrderedAndProject (12)
   +- HashAggregate (11)
      +- Exchange (10)
         +- * HashAggregate (9)
            +- * SortMergeJoin Inner (8)
               :- * Sort (4)
               :  +- AQEShuffleRead (3), coalesced
               :     +- ShuffleQueryStage (2), Statistics(sizeInBytes=17.8 MiB, rowCount=3.33E+5)
               :        +- Exchange (1)
               :           +- * Scan parquet spark_catalog.shop.orders (0)
               +- * Sort (7)
                  +- ShuffleQueryStage (6)
                     +- Exchange (5)
                        +- * Scan parquet spark_catalog.shop.items (4)
+- == Initial Plan ==
   HashAggregate (17)
   +- Exchange (16)
      +- LocalTableScan (15)


(0) Scan parquet spark_catalog.shop.orders
Output [1]: [a#1]

===== Subqueries =====

Subquery:1 Hosting operator id = 9 Hosting Expression = Subquery subquery#1, [id=#2]
AdaptiveSparkPlan (23)
+- == Final Plan ==
   ResultQueryStage (22)
   +- * HashAggregate (21)
      +- ShuffleQueryStage (20), Statistics(sizeInBytes=16.0 B, rowCount=1)
         +- Exchange (19)
            +- LocalTableScan (18)
"""


def test_the_newest_state_of_every_tree_is_read() -> None:
    main, subquery = read_trees(JOIN)
    assert [node.name for node in main if node.depth <= 3] == [
        "AdaptiveSparkPlan",
        "TakeOrderedAndProject",
        "HashAggregate",
        "Exchange",
    ]
    orders = next(node for node in main if node.rows is not None)
    assert (orders.name, orders.rows, orders.size) == ("ShuffleQueryStage", 333_000, 17.8 * 2**20)
    assert [node.name for node in subquery][1] == "ResultQueryStage"
    assert "LocalTableScan" not in [node.name for node in main]


MADE_UP = """\
== Physical Plan ==
* HashAggregate (4)
+- * Project (3)
   +- * Filter (2)
      +- * Range (1)


(1) Range [codegen id : 1]
Output [1]: [id#0L]
Arguments: Range (0, 12000001, step=2, splits=Some(8))

(2) Filter [codegen id : 1]
Input [1]: [id#0L]
Condition : (hash(id#0L, 42) > 7)

(3) Project [codegen id : 1]
Output [1]: [sha2(cast(id#0L as string), 512) AS d#1]
Input [1]: [id#0L]

(4) HashAggregate [codegen id : 1]
Input [1]: [d#1]
Keys: []
Functions [2]: [partial_max(d#1), partial_sum((length(d#1) * 2))]
Results [2]: [max#2, sum#3L]
"""


def test_details_tell_how_many_rows_a_range_has_and_what_is_worked_out() -> None:
    (tree,) = read_trees(MADE_UP)
    assert [(node.name, node.rows, node.functions) for node in tree] == [
        ("HashAggregate", None, ("partial_max", "partial_sum", "length", "*")),
        ("Project", None, ("sha2", "cast")),
        ("Filter", None, ("hash",)),
        ("Range", 6_000_001, ()),
    ]
    (scan,) = roots(Plan(1, trees=(tree,)))[0].scans
    assert (scan.name, scan.all_rows) == ("Range", 6_000_001)


def test_text_that_is_no_plan_gives_no_trees() -> None:
    assert read_trees("") == ()
    assert read_trees("something else (1)\n+- entirely (2)") == ()


def test_segments_are_ended_begun_or_to_come() -> None:
    plan = Plan(7, trees=read_trees(JOIN))
    assert is_adaptive(plan)
    main, subquery = roots(plan)
    states = [(each.nodes[-1].name, each.is_ended, each.is_begun) for each in walk(main)]
    assert states == [
        ("Scan parquet spark_catalog.shop.orders", True, True),
        ("Scan parquet spark_catalog.shop.items", False, True),
        ("Sort", False, False),
        ("HashAggregate", False, False),
    ]
    joining = main.inputs[0]
    assert [each.rows for each in joining.inputs] == [333_000, None]
    assert joining.has("SortMergeJoin")
    assert subquery.is_begun


def test_a_plan_that_is_not_adaptive_is_one_of_known_stages() -> None:
    plan = Plan(1, trees=read_trees("== Physical Plan ==\n* Project (2)\n+- * Range (1)\n"))
    assert not is_adaptive(plan)
    (only,) = roots(plan)
    assert [node.name for node in only.nodes] == ["Project", "Range"]
    assert only.is_begun
