-- Items that were open at the end of a past day by due date, with what was open of them then.
-- Parameters: as_of date, company_ids int[], customer_ids bigint[] or NULL for all, due_from and due_until date or NULL
-- (half-open), after_due date and after_id bigint or NULL (the last one seen), at_most int. Locks: none.
-- Open then is what is open now and was posted by then, plus what was cleared after (as in ageing_as_of.sql).
WITH movement AS (
  SELECT item_id, due_date, customer_id, company_id, posting_date, open_amount AS amount
    FROM open_item
  UNION ALL
  SELECT debit_item_id, debit_due_date, customer_id, company_id, debit_posting_date, amount
    FROM clearing_edge WHERE effective_date > %(as_of)s
  UNION ALL
  SELECT credit_item_id, credit_due_date, customer_id, company_id, credit_posting_date, -amount
    FROM clearing_edge WHERE effective_date > %(as_of)s
)
SELECT item_id, sum(amount)
  FROM movement
 WHERE company_id = ANY(%(company_ids)s) AND posting_date <= %(as_of)s
   AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))
   AND (%(due_from)s::date IS NULL OR due_date >= %(due_from)s::date)
   AND (%(due_until)s::date IS NULL OR due_date < %(due_until)s::date)
   AND (%(after_due)s::date IS NULL OR (due_date, item_id) > (%(after_due)s::date, %(after_id)s::bigint))
 GROUP BY due_date, item_id
HAVING sum(amount) <> 0
 ORDER BY due_date, item_id
 LIMIT %(at_most)s
