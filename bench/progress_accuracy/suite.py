"""The statements whose progress is measured: TPC-H, and some that are hard on a progress bar."""

from dataclasses import dataclass

from headway.demo.tpch import QUERY_NUMBERS, query

_SCALARS = ",\n".join(
    f"(SELECT avg(l_extendedprice) FROM lineitem WHERE l_quantity = {n} AND l_linenumber = {n % 7 + 1}) a{n}"
    for n in range(1, 13)
)
_SLOW = "sha2(concat(l_comment, repeat(l_shipinstruct, 8)), 512)"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the suite; ``before`` and ``after`` are run around it and not measured."""

    name: str
    suite: str
    sql: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


NASTY = (
    Statement(
        "skewed-join",
        "nasty",
        "SELECT /*+ MERGE(o) */ count(*), sum(l_extendedprice * o_totalprice) FROM (SELECT *, CASE WHEN"
        " l_orderkey % 10 < 8 THEN 1 ELSE l_orderkey END k FROM lineitem) l"
        " JOIN orders o ON l.k = o.o_orderkey",
    ),
    Statement("scalar-subqueries", "nasty", f"SELECT {_SCALARS}"),
    Statement(
        "parallel-broadcasts",
        "nasty",
        "SELECT n_name, s_nationkey, p_brand, count(*), sum(l_extendedprice) FROM lineitem"
        " JOIN (SELECT /*+ BROADCAST */ * FROM part WHERE p_size < 20) p ON p_partkey = l_partkey"
        " JOIN supplier ON s_suppkey = l_suppkey JOIN nation ON n_nationkey = s_nationkey"
        " JOIN (SELECT ps_partkey pk, max(ps_supplycost) m FROM partsupp WHERE ps_availqty < 3000"
        " GROUP BY ps_partkey) ps ON pk = l_partkey GROUP BY 1, 2, 3",
    ),
    Statement(
        "ctas",
        "nasty",
        "CREATE TABLE made USING parquet AS SELECT l_orderkey, l_partkey, l_comment, o_orderdate, o_clerk"
        " FROM lineitem JOIN orders ON l_orderkey = o_orderkey WHERE l_quantity < 40",
        before=("DROP TABLE IF EXISTS made",),
        after=("DROP TABLE IF EXISTS made",),
    ),
    Statement(
        "insert-few-files",
        "nasty",
        "INSERT INTO taken SELECT /*+ REPARTITION(3) */ l_orderkey, l_comment FROM lineitem"
        " WHERE l_linenumber < 5",
        before=(
            "DROP TABLE IF EXISTS taken",
            "CREATE TABLE taken (l_orderkey BIGINT, l_comment STRING) USING parquet",
        ),
        after=("DROP TABLE IF EXISTS taken",),
    ),
    Statement(
        "explode",
        "nasty",
        "SELECT n % 13, count(*), sum(length(o_comment)) FROM orders"
        " LATERAL VIEW explode(sequence(1, 12)) t AS n GROUP BY 1",
    ),
    Statement(
        "global-sort",
        "nasty",
        "SELECT l_orderkey, l_linenumber, l_comment FROM lineitem WHERE l_quantity < 10 ORDER BY l_comment",
    ),
    Statement(
        "slow-last-stage",
        "nasty",
        f"SELECT max({_SLOW}) FROM (SELECT /*+ REPARTITION(6) */ l_comment, l_shipinstruct FROM lineitem"
        " WHERE l_linenumber = 1)",
    ),
    Statement(
        "one-partition",
        "nasty",
        "SELECT count(*) FROM (SELECT l_orderkey, row_number() OVER (ORDER BY l_extendedprice, l_comment) r"
        " FROM lineitem WHERE l_linenumber < 3) WHERE r % 1000 = 0",
    ),
    Statement(
        "reused-exchange",
        "nasty",
        "WITH r AS (SELECT l_suppkey s, l_partkey p, sum(l_extendedprice) v FROM lineitem GROUP BY 1, 2)"
        " SELECT count(*), max(a.v - b.v) FROM r a JOIN r b ON a.p = b.p AND a.s < b.s",
    ),
    Statement(
        "cached-table",
        "nasty",
        "SELECT o_orderpriority, o_orderstatus, count(DISTINCT o_custkey), avg(o_totalprice) FROM orders"
        " JOIN customer ON c_custkey = o_custkey GROUP BY 1, 2",
        before=("CACHE TABLE orders",),
        after=("UNCACHE TABLE orders",),
    ),
    Statement(
        "empty-result",
        "nasty",
        "SELECT * FROM lineitem WHERE l_comment LIKE '%zz%q%' AND length(l_shipmode) > 50",
    ),
    Statement(
        "retried-tasks",
        "nasty",
        "SELECT l_returnflag, sum(q) FROM (SELECT /*+ REPARTITION(24) */ l_returnflag, l_quantity, l_comment"
        " FROM lineitem) LATERAL VIEW explode(array(if(cast(reflect('java.lang.Math', 'random') AS double)"
        " < 0.00000004, cast(raise_error('unlucky') AS double), l_quantity))) t AS q GROUP BY 1",
    ),
    Statement("limit", "nasty", "SELECT * FROM lineitem WHERE l_comment LIKE '%egg%' LIMIT 200"),
    Statement(
        "large-result",
        "nasty",
        "SELECT l_orderkey, l_partkey, l_extendedprice, l_comment FROM lineitem WHERE l_linenumber <= 4",
    ),
    Statement(
        "window",
        "nasty",
        "SELECT max(r), avg(d) FROM (SELECT rank() OVER (PARTITION BY o_custkey ORDER BY o_orderdate) r,"
        " o_totalprice - avg(o_totalprice) OVER (PARTITION BY o_custkey) d FROM orders)",
    ),
    Statement(
        "union-distinct",
        "nasty",
        "SELECT count(*) FROM (SELECT l_partkey k, l_suppkey s FROM lineitem"
        " UNION SELECT ps_partkey, ps_suppkey FROM partsupp UNION SELECT o_custkey, o_orderkey FROM orders)",
    ),
    Statement(
        "count-distinct",
        "nasty",
        "SELECT l_shipmode, count(DISTINCT l_partkey), count(DISTINCT l_suppkey), count(DISTINCT l_comment)"
        " FROM lineitem WHERE l_linenumber < 4 GROUP BY 1",
    ),
    Statement(
        "cube",
        "nasty",
        "SELECT l_returnflag, l_linestatus, l_shipmode, l_shipinstruct, sum(l_extendedprice), count(*)"
        " FROM lineitem GROUP BY CUBE(1, 2, 3, 4)",
    ),
    Statement(
        "cross-join",
        "nasty",
        "SELECT count(*) FROM supplier a CROSS JOIN supplier b WHERE length(a.s_comment) * 7 % 11 >"
        " length(b.s_comment) * 3 % 13",
    ),
    Statement(
        "semi-and-anti",
        "nasty",
        "SELECT count(*) FROM orders o WHERE EXISTS (SELECT 1 FROM lineitem l"
        " WHERE l.l_orderkey = o.o_orderkey AND l_receiptdate > l_commitdate)"
        " AND NOT EXISTS (SELECT 1 FROM lineitem l WHERE"
        " l.l_orderkey = o.o_orderkey AND l_shipmode = 'AIR' AND l_quantity > 45)",
    ),
)
# Without a table: what they take shows in the functions that they call and in how many rows they make up.
MADE_UP = (
    Statement(
        "made-aggregate",
        "made",
        "SELECT id % 1000, count(*), sum(hash(id)), avg(sqrt(id)) FROM range(300000000) GROUP BY 1",
    ),
    Statement(
        "made-digest", "made", "SELECT max(sha2(cast(id AS string), 512)) FROM range(0, 10000000, 1, 6)"
    ),
    Statement(
        "made-join",
        "made",
        "SELECT a.k, a.n, b.total FROM (SELECT id % 9973 AS k, count(*) AS n FROM"
        " range(150000000) GROUP BY 1) a"
        " JOIN (SELECT id % 9973 AS k, sum(hash(id, id % 7)) AS total FROM range(150000000) GROUP BY 1) b"
        " ON a.k = b.k ORDER BY 1",
    ),
    Statement(
        "made-shuffle",
        "made",
        "SELECT count(*), sum(n) FROM (SELECT id % 1500000 AS k, count(*) AS n FROM"
        " range(12000000) GROUP BY 1)"
        " WHERE n > 1",
    ),
    Statement(
        "made-cross",
        "made",
        "SELECT count(*) FROM range(40000) a CROSS JOIN range(25000) b WHERE a.id * 31 % 101 >"
        " b.id * 17 % 97",
    ),
    Statement(
        "made-explode",
        "made",
        "SELECT n, count(*), max(id) FROM (SELECT id, explode(sequence(1, 40)) AS n FROM"
        " range(2500000)) GROUP BY 1",
    ),
    Statement(
        "made-distinct",
        "made",
        "SELECT count(DISTINCT md5(cast(id % 2000000 AS string))) FROM range(6000000)",
    ),
    Statement(
        "made-one-task", "made", "SELECT sum(id * id % 7), max(log(id + 1)) FROM range(0, 200000000, 1, 1)"
    ),
    Statement(
        "made-asleep",
        "made",
        "SELECT count(s) FROM (SELECT java_method('java.lang.Thread', 'sleep', 150L) AS s FROM"
        " range(0, 60, 1, 60))",
    ),
    Statement(
        "made-skewed",
        "made",
        "SELECT max(if(id < 5000000, length(sha2(repeat(cast(id AS string), 8), 512)), id % 3))"
        " FROM range(0, 40000000, 1, 8)",
    ),
    Statement(
        "made-window",
        "made",
        "SELECT max(r) FROM (SELECT rank() OVER (PARTITION BY id % 5000 ORDER BY hash(id)) AS r"
        " FROM range(6000000))",
    ),
    Statement("made-sort", "made", "SELECT id, hash(id) AS h FROM range(3000000) ORDER BY h"),
    Statement(
        "made-text",
        "made",
        "SELECT count(*) FROM (SELECT concat_ws('-', id, id * 7, hash(id)) AS s"
        " FROM range(0, 12000000, 1, 4)) WHERE s RLIKE '^[0-9]+-[0-9]*77[0-9]*--?[0-9]+$'"
        " OR regexp_replace(s, '[13579]', '') LIKE '%0000%'",
    ),
    Statement(
        "made-table",
        "made",
        "CREATE TABLE made_up USING parquet AS SELECT id, uuid() AS u, id % 100 AS k FROM range(6000000)",
        before=("DROP TABLE IF EXISTS made_up",),
        after=("DROP TABLE IF EXISTS made_up",),
    ),
)
TPCH = tuple(Statement(f"q{number:02}", "tpch", query(number).sql) for number in QUERY_NUMBERS)
SUITE = TPCH + NASTY + MADE_UP
# Started together, three at a time, on one engine.
BUSY = tuple(
    tuple(each for each in SUITE if each.name in names)
    for names in (
        {"q01", "q03", "q18"},
        {"q09", "q21", "skewed-join"},
        {"q05", "global-sort", "count-distinct"},
    )
)
