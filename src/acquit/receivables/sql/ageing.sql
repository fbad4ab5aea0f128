-- What is open now by customer, currency and whether it is owed (else: money not applied), in buckets of days past due.
-- Parameters: as_of date, company_ids int[], customer_ids bigint[] or NULL for all. Locks: none.
-- One pass over the covering index in its own order; no text is compared, no item is looked at twice.
SELECT company_id, customer_id, currency, is_owed,
       sum(open_amount),
       sum(open_amount) FILTER (WHERE due_date >= %(as_of)s::date),
       sum(open_amount) FILTER (WHERE due_date < %(as_of)s::date AND due_date >= %(as_of)s::date - 30),
       sum(open_amount) FILTER (WHERE due_date < %(as_of)s::date - 30 AND due_date >= %(as_of)s::date - 60),
       sum(open_amount) FILTER (WHERE due_date < %(as_of)s::date - 60 AND due_date >= %(as_of)s::date - 90),
       sum(open_amount) FILTER (WHERE due_date < %(as_of)s::date - 90),
       min(due_date) FILTER (WHERE open_amount > 0)
  FROM open_item
 WHERE company_id = ANY(%(company_ids)s)
   AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))
 GROUP BY company_id, customer_id, currency, is_owed
 ORDER BY company_id, customer_id, currency
