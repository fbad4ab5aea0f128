-- What is open now by customer and currency, in buckets of days past due on a day.
-- Parameters: as_of date, company_ids int[], customer_ids bigint[] or NULL for all. Locks: none.
-- Grouped in the order of the covering index, so the scan is index-only and the groups stay in cache.
SELECT company_id, customer_id, currency,
       coalesce(sum(open_amount) FILTER (WHERE is_owed), 0),
       coalesce(sum(open_amount) FILTER (WHERE is_owed AND due_date >= d), 0),
       coalesce(sum(open_amount) FILTER (WHERE is_owed AND due_date < d AND due_date >= d - 30), 0),
       coalesce(sum(open_amount) FILTER (WHERE is_owed AND due_date < d - 30 AND due_date >= d - 60), 0),
       coalesce(sum(open_amount) FILTER (WHERE is_owed AND due_date < d - 60 AND due_date >= d - 90), 0),
       coalesce(sum(open_amount) FILTER (WHERE is_owed AND due_date < d - 90), 0),
       coalesce(sum(open_amount) FILTER (WHERE NOT is_owed), 0),
       min(due_date) FILTER (WHERE is_owed AND open_amount > 0)
  FROM (SELECT company_id, customer_id, currency, open_amount, due_date, %(as_of)s::date AS d,
               kind NOT IN ('PAYMENT', 'PAYMENT_TRANSFER', 'RETURNED_PAYMENT') AS is_owed
          FROM open_item
         WHERE company_id = ANY(%(company_ids)s)
           AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))) open_now
 GROUP BY company_id, customer_id, currency
 ORDER BY company_id, customer_id, currency
