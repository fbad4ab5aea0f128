-- What a statement of account needs: per currency what was owed before the first day, and every item posted in it.
-- Parameters: company_id int, customer_id bigint, from_date date, until_date date (included), known_at timestamptz or NULL.
-- Locks: none. The opening balance is rolled back from today (open now less what was posted since), never summed from the
-- start; items recorded at `known_at` or later are left out of both. Without `known_at` every part is index-only.
WITH now_open AS (
  SELECT currency, sum(open_amount) AS amount
    FROM open_item
   WHERE company_id = %(company_id)s AND customer_id = %(customer_id)s
   GROUP BY currency
), since AS (
  SELECT currency, -sum(original_amount) AS amount
    FROM item
   WHERE customer_id = %(customer_id)s AND posting_date >= %(from_date)s
   GROUP BY currency
), unknown AS (
  SELECT currency, -sum(original_amount) AS amount
    FROM item
   WHERE customer_id = %(customer_id)s AND posting_date < %(from_date)s AND recorded_at >= %(known_at)s::timestamptz
   GROUP BY currency
)
SELECT NULL::bigint, '', '', currency, %(from_date)s::date, %(from_date)s::date, sum(amount)
  FROM (SELECT * FROM now_open UNION ALL SELECT * FROM since UNION ALL SELECT * FROM unknown) parts
 GROUP BY currency
UNION ALL
SELECT id, kind, number, currency, posting_date, due_date, original_amount
  FROM item
 WHERE customer_id = %(customer_id)s AND posting_date >= %(from_date)s AND posting_date <= %(until_date)s
   AND (%(known_at)s::timestamptz IS NULL OR recorded_at < %(known_at)s::timestamptz)
