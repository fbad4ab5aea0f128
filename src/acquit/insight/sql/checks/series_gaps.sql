-- Numbers of a series have no gap and end where its counter stands
-- Parameters: none. Locks: none.
WITH numbered AS (
  SELECT company_id, series, number,
         CASE WHEN left(number, length(series) + 1) = series || '-'
               AND substr(number, length(series) + 2) ~ '^[0-9]{6,18}$'
              THEN substr(number, length(series) + 2)::bigint END AS n
    FROM document
   WHERE series <> ''
), followed AS (
  SELECT company_id, series, number, n, lag(n, 1, 0) OVER (PARTITION BY company_id, series ORDER BY n) AS previous
    FROM numbered
), counted AS (
  SELECT company_id, series, max(n) AS last_number FROM numbered GROUP BY company_id, series
), counter AS (
  SELECT company_id, code || '-' || year AS series, next_number - 1 AS last_number FROM series
)
SELECT company_id, series, number, previous AS after_number, n AS found_number
  FROM followed
 WHERE n IS NULL OR n - previous <> 1
UNION ALL
SELECT company_id, series, NULL, coalesce(c.last_number, 0), k.last_number
  FROM counter k
  FULL JOIN counted c USING (company_id, series)
 WHERE coalesce(k.last_number, 0) <> coalesce(c.last_number, 0)
