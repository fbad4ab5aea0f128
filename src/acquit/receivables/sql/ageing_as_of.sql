-- What was open on a past day: open today and posted by then, plus what was cleared after; grouped like ageing.sql.
-- Parameters: as_of date, company_ids int[], customer_ids bigint[] or NULL for all. Locks: none.
-- Ageing is a sum, so each part is aggregated by its own stored due dates first and the small results are added; no
-- item is joined to its edges.
WITH part AS (
  SELECT company_id, customer_id, currency, is_owed,
         sum(open_amount) AS total,
         sum(open_amount) FILTER (WHERE due_date >= %(as_of)s::date) AS not_due,
         sum(open_amount) FILTER (WHERE due_date < %(as_of)s::date AND due_date >= %(as_of)s::date - 30) AS days_1_30,
         sum(open_amount) FILTER (WHERE due_date < %(as_of)s::date - 30 AND due_date >= %(as_of)s::date - 60) AS days_31_60,
         sum(open_amount) FILTER (WHERE due_date < %(as_of)s::date - 60 AND due_date >= %(as_of)s::date - 90) AS days_61_90,
         sum(open_amount) FILTER (WHERE due_date < %(as_of)s::date - 90) AS days_91_plus,
         min(due_date) FILTER (WHERE open_amount > 0) AS oldest
    FROM open_item
   WHERE company_id = ANY(%(company_ids)s) AND posting_date <= %(as_of)s::date
     AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))
   GROUP BY company_id, customer_id, currency, is_owed
  UNION ALL
  SELECT company_id, customer_id, currency, debit_is_owed,
         sum(amount) AS total,
         sum(amount) FILTER (WHERE debit_due_date >= %(as_of)s::date) AS not_due,
         sum(amount) FILTER (WHERE debit_due_date < %(as_of)s::date AND debit_due_date >= %(as_of)s::date - 30) AS days_1_30,
         sum(amount) FILTER (WHERE debit_due_date < %(as_of)s::date - 30 AND debit_due_date >= %(as_of)s::date - 60) AS days_31_60,
         sum(amount) FILTER (WHERE debit_due_date < %(as_of)s::date - 60 AND debit_due_date >= %(as_of)s::date - 90) AS days_61_90,
         sum(amount) FILTER (WHERE debit_due_date < %(as_of)s::date - 90) AS days_91_plus,
         min(debit_due_date) FILTER (WHERE amount > 0)
    FROM clearing_edge
   WHERE company_id = ANY(%(company_ids)s) AND effective_date > %(as_of)s::date
     AND debit_posting_date <= %(as_of)s::date
     AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))
   GROUP BY company_id, customer_id, currency, debit_is_owed
  UNION ALL
  SELECT company_id, customer_id, currency, credit_is_owed,
         sum(-amount) AS total,
         sum(-amount) FILTER (WHERE credit_due_date >= %(as_of)s::date) AS not_due,
         sum(-amount) FILTER (WHERE credit_due_date < %(as_of)s::date AND credit_due_date >= %(as_of)s::date - 30) AS days_1_30,
         sum(-amount) FILTER (WHERE credit_due_date < %(as_of)s::date - 30 AND credit_due_date >= %(as_of)s::date - 60) AS days_31_60,
         sum(-amount) FILTER (WHERE credit_due_date < %(as_of)s::date - 60 AND credit_due_date >= %(as_of)s::date - 90) AS days_61_90,
         sum(-amount) FILTER (WHERE credit_due_date < %(as_of)s::date - 90) AS days_91_plus,
         NULL
    FROM clearing_edge
   WHERE company_id = ANY(%(company_ids)s) AND effective_date > %(as_of)s::date
     AND credit_posting_date <= %(as_of)s::date
     AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))
   GROUP BY company_id, customer_id, currency, credit_is_owed
)
SELECT company_id, customer_id, currency, is_owed, sum(total), sum(not_due), sum(days_1_30), sum(days_31_60),
       sum(days_61_90), sum(days_91_plus), min(oldest)
  FROM part
 GROUP BY company_id, customer_id, currency, is_owed
HAVING sum(total) <> 0 OR sum(not_due) <> 0 OR sum(days_1_30) <> 0 OR sum(days_31_60) <> 0
    OR sum(days_61_90) <> 0 OR sum(days_91_plus) <> 0
 ORDER BY company_id, customer_id, currency
