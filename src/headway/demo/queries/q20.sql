-- TPC-H 20: potential part promotion (COLOR = forest, DATE = 1994-01-01, NATION = CANADA)
WITH shipped AS (
  SELECT l_partkey, l_suppkey, sum(l_quantity) AS quantity
  FROM lineitem
  WHERE l_shipdate >= DATE '1994-01-01'
    AND l_shipdate < DATE '1994-01-01' + INTERVAL 1 YEAR
  GROUP BY l_partkey, l_suppkey
)
SELECT s_name, s_address
FROM supplier
JOIN nation ON n_nationkey = s_nationkey
WHERE n_name = 'CANADA'
  AND s_suppkey IN (
    SELECT ps_suppkey
    FROM partsupp
    JOIN shipped ON l_partkey = ps_partkey AND l_suppkey = ps_suppkey
    WHERE ps_availqty > 0.5 * quantity
      AND ps_partkey IN (SELECT p_partkey FROM part WHERE p_name LIKE 'forest%')
  )
ORDER BY s_name
