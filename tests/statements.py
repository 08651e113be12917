"""Statements with a known course on two cores."""

# Sleeps in Spark's tasks: long, visible and cheap. A function of random outcome may not stand in an
# aggregate itself, hence the inner query.
SLEEPING = (
    "SELECT count(s) AS n FROM (SELECT java_method('java.lang.Thread', 'sleep', {ms}L) AS s"
    " FROM range(0, {tasks}, 1, {tasks}))"
)


def sleeping(tasks: int, ms: int) -> str:
    """One stage of ``tasks`` tasks that each sleep ``ms`` milliseconds, then a stage of one task."""
    return SLEEPING.format(tasks=tasks, ms=ms)


# Several query stages under adaptive execution: two shuffled aggregates, a join, a global sort.
MULTI_STAGE = """
SELECT /*+ MERGE(b) */ a.k, a.n, b.total
FROM (SELECT id % 997 AS k, count(*) AS n FROM range(0, 12000000, 1, 8) GROUP BY 1) a
JOIN (SELECT id % 997 AS k, sum(hash(id, id % 7)) AS total FROM range(0, 12000000, 1, 8) GROUP BY 1) b
  ON a.k = b.k
ORDER BY b.total DESC, a.k
"""
