-- What was open on a past day by customer and currency: open today and posted by then, plus what was cleared after.
-- Parameters: as_of date, company_ids int[], customer_ids bigint[] or NULL for all. Locks: none.
-- Ageing is a sum, so both parts are aggregated by their own stored due dates and added; no item is joined to its edges.
WITH open_now AS (
  SELECT company_id, customer_id, currency, open_amount AS amount, due_date, kind
    FROM open_item
   WHERE company_id = ANY(%(company_ids)s) AND posting_date <= %(as_of)s
     AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))
), cleared_after AS (
  SELECT e.company_id, e.customer_id, e.currency, e.amount, e.debit_due_date, e.debit_posting_date, e.debit_kind,
         e.credit_due_date, e.credit_posting_date, e.credit_kind
    FROM clearing_edge e
   WHERE e.company_id = ANY(%(company_ids)s) AND e.effective_date > %(as_of)s
     AND (%(customer_ids)s::bigint[] IS NULL OR e.customer_id = ANY(%(customer_ids)s::bigint[]))
), movement AS (
  SELECT company_id, customer_id, currency, amount, due_date, kind FROM open_now
  UNION ALL
  SELECT company_id, customer_id, currency, amount, debit_due_date, debit_kind FROM cleared_after
   WHERE debit_posting_date <= %(as_of)s
  UNION ALL
  SELECT company_id, customer_id, currency, -amount, credit_due_date, credit_kind FROM cleared_after
   WHERE credit_posting_date <= %(as_of)s
), aged AS (
  SELECT company_id, customer_id, currency, amount, due_date, %(as_of)s::date AS d,
         kind NOT IN ('PAYMENT', 'PAYMENT_TRANSFER', 'RETURNED_PAYMENT') AS is_owed
    FROM movement
)
SELECT company_id, customer_id, currency,
       coalesce(sum(amount) FILTER (WHERE is_owed), 0),
       coalesce(sum(amount) FILTER (WHERE is_owed AND due_date >= d), 0),
       coalesce(sum(amount) FILTER (WHERE is_owed AND due_date < d AND due_date >= d - 30), 0),
       coalesce(sum(amount) FILTER (WHERE is_owed AND due_date < d - 30 AND due_date >= d - 60), 0),
       coalesce(sum(amount) FILTER (WHERE is_owed AND due_date < d - 60 AND due_date >= d - 90), 0),
       coalesce(sum(amount) FILTER (WHERE is_owed AND due_date < d - 90), 0),
       coalesce(sum(amount) FILTER (WHERE NOT is_owed), 0),
       min(due_date) FILTER (WHERE is_owed AND amount > 0)
  FROM aged
 GROUP BY company_id, customer_id, currency
HAVING count(*) FILTER (WHERE amount <> 0) > 0
 ORDER BY company_id, customer_id, currency
