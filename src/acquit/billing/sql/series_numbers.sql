-- Numbers of each series between the first and the last one of a company's documents dated in an interval of days.
-- Parameters: company_id int, start_date date, end_date date. Locks: none.
WITH numbered AS (
  SELECT series, document_date, substr(number, length(series) + 2)::bigint AS n
    FROM document
   WHERE company_id = %(company_id)s AND series <> '' AND substr(number, length(series) + 2) ~ '^[0-9]{1,18}$'
), bound AS (
  SELECT series, min(n) AS first_number, max(n) AS last_number
    FROM numbered WHERE document_date >= %(start_date)s AND document_date < %(end_date)s GROUP BY series
)
SELECT series, n FROM numbered JOIN bound USING (series) WHERE n BETWEEN first_number AND last_number ORDER BY series, n
