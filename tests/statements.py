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


# A stage of 30 tasks that sleep, then one whose single task sleeps for each of six groups: 6 s on two cores.
TWO_STEPS = """
SELECT count(t) AS n FROM (
  SELECT java_method('java.lang.Thread', 'sleep', 100L * c) AS t FROM (
    SELECT id % 6 AS k, count(s) AS c FROM (
      SELECT id, java_method('java.lang.Thread', 'sleep', 200L) AS s FROM range(0, 30, 1, 30)
    ) GROUP BY 1))
"""

# Several query stages under adaptive execution: two shuffled aggregates, a join, a global sort.
MULTI_STAGE = """
SELECT /*+ MERGE(b) */ a.k, a.n, b.total
FROM (SELECT id % 997 AS k, count(*) AS n FROM range(0, 12000000, 1, 8) GROUP BY 1) a
JOIN (SELECT id % 997 AS k, sum(hash(id, id % 7)) AS total FROM range(0, 12000000, 1, 8) GROUP BY 1) b
  ON a.k = b.k
ORDER BY b.total DESC, a.k
"""
