"""Statements with a known course on two cores."""

# Sleeps in Spark's tasks: long, visible and cheap.
SLEEP = "java_method('java.lang.Thread', 'sleep', {ms}L + id * 0L)"


def sleeping(tasks: int, ms: int) -> str:
    """One stage of ``tasks`` tasks that each sleep ``ms`` milliseconds, then a small second stage."""
    return f"SELECT count({SLEEP.format(ms=ms)}) + {tasks} AS n FROM range(0, {tasks}, 1, {tasks})"


# Several query stages under adaptive execution: two shuffled aggregates, a join, a global sort.
MULTI_STAGE = """
SELECT /*+ MERGE(b) */ a.k, a.n, b.total
FROM (SELECT id % 997 AS k, count(*) AS n FROM range(0, 12000000, 1, 8) GROUP BY 1) a
JOIN (SELECT id % 997 AS k, sum(hash(id, id % 7)) AS total FROM range(0, 12000000, 1, 8) GROUP BY 1) b
  ON a.k = b.k
ORDER BY b.total DESC, a.k
"""
