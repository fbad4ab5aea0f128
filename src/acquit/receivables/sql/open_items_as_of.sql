-- Items that were open at the end of a day as known at a moment, by due date, with what was open of them then.
-- Parameters: as_of date, known_at timestamptz or NULL for what is known now, company_ids int[], customer_ids bigint[] or
-- NULL for all, due_from and due_until date or NULL (half-open), after_due date and after_id bigint or NULL (the last one
-- seen), at_most int or NULL for all. Locks: none.
-- Open then is what is open now and was posted by then, plus every edge that was not there (effective after the day, or
-- recorded at the moment or later). An item recorded at the moment or later was not there at all.
WITH movement AS (
  SELECT item_id, due_date, posting_date, open_amount AS amount
    FROM open_item
   WHERE company_id = ANY(%(company_ids)s)
     AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))
  UNION ALL
  SELECT debit_item_id, debit_due_date, debit_posting_date, amount
    FROM clearing_edge
   WHERE company_id = ANY(%(company_ids)s)
     AND (effective_date > %(as_of)s OR recorded_at >= %(known_at)s::timestamptz)
     AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))
  UNION ALL
  SELECT credit_item_id, credit_due_date, credit_posting_date, -amount
    FROM clearing_edge
   WHERE company_id = ANY(%(company_ids)s)
     AND (effective_date > %(as_of)s OR recorded_at >= %(known_at)s::timestamptz)
     AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))
), open_then AS (
  SELECT item_id, due_date, sum(amount) AS amount
    FROM movement
   WHERE posting_date <= %(as_of)s
     AND (%(due_from)s::date IS NULL OR due_date >= %(due_from)s::date)
     AND (%(due_until)s::date IS NULL OR due_date < %(due_until)s::date)
     AND (%(after_due)s::date IS NULL OR (due_date, item_id) > (%(after_due)s::date, %(after_id)s::bigint))
   GROUP BY due_date, item_id
  HAVING sum(amount) <> 0
)
SELECT o.item_id, o.amount
  FROM open_then o
 WHERE %(known_at)s::timestamptz IS NULL
    OR NOT EXISTS (SELECT 1 FROM item i WHERE i.id = o.item_id AND i.recorded_at >= %(known_at)s::timestamptz)
 ORDER BY o.due_date, o.item_id
 LIMIT %(at_most)s
