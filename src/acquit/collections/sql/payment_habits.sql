-- How customers paid in the year before a day: counts of cleared invoices by lateness, and the weighted mean.
-- Parameters: as_of date, customer_ids bigint[], days_past_due int[] (of each customer's oldest item, same order).
-- Locks: none. Edges taken back cancel out: their amounts are negative.
SELECT w.customer_id,
       coalesce(round(sum(e.amount * (e.effective_date - e.debit_due_date)) / nullif(sum(e.amount), 0), 1), 0),
       count(*) FILTER (WHERE e.amount > 0),
       count(*) FILTER (WHERE e.amount > 0 AND e.effective_date - e.debit_due_date >= w.days_past_due),
       count(*) FILTER (WHERE e.amount > 0 AND e.effective_date - e.debit_due_date
                          BETWEEN w.days_past_due AND w.days_past_due + 14),
       max(e.effective_date) FILTER (WHERE e.amount > 0)
  FROM unnest(%(customer_ids)s::bigint[], %(days_past_due)s::int[]) AS w (customer_id, days_past_due)
  JOIN clearing_edge e ON e.customer_id = w.customer_id
   AND e.effective_date > %(as_of)s::date - 365 AND e.effective_date <= %(as_of)s::date
   AND e.debit_kind = 'INVOICE' AND e.credit_kind IN ('PAYMENT', 'PAYMENT_TRANSFER')
 GROUP BY w.customer_id
