-- What is open now of one company and currency by customer, in buckets of days past due on a day.
-- Parameters: as_of date, company_id int, currency text, customer_ids bigint[] or NULL for all. Locks: none.
-- Debits stand together in the covering index, in the order of customers: they are read index-only, with nothing to
-- filter, one number to compare a row and each row added once; by several processes where cores are free. Credits and
-- cash, which are few, stand apart in the same index.
SELECT %(company_id)s::int, customer_id, %(currency)s::text,
       coalesce(debit.not_due, 0) + coalesce(credit.not_due, 0),
       coalesce(debit.days_1_30, 0) + coalesce(credit.days_1_30, 0),
       coalesce(debit.days_31_60, 0) + coalesce(credit.days_31_60, 0),
       coalesce(debit.days_61_90, 0) + coalesce(credit.days_61_90, 0),
       coalesce(debit.days_91_plus, 0) + coalesce(credit.days_91_plus, 0),
       coalesce(credit.unapplied, 0), debit.oldest
  FROM (SELECT customer_id,
               sum(open_amount) FILTER (WHERE due_date >= %(as_of)s::date) AS not_due,
               sum(open_amount) FILTER (WHERE due_date < %(as_of)s::date AND due_date >= %(as_of)s::date - 30) AS days_1_30,
               sum(open_amount) FILTER (WHERE due_date < %(as_of)s::date - 30 AND due_date >= %(as_of)s::date - 60) AS days_31_60,
               sum(open_amount) FILTER (WHERE due_date < %(as_of)s::date - 60 AND due_date >= %(as_of)s::date - 90) AS days_61_90,
               sum(open_amount) FILTER (WHERE due_date < %(as_of)s::date - 90) AS days_91_plus,
               min(due_date) AS oldest
          FROM open_item
         WHERE company_id = %(company_id)s AND is_debit AND currency = %(currency)s
           AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))
         GROUP BY customer_id) debit
  FULL JOIN
       (SELECT customer_id,
               sum(open_amount) FILTER (WHERE is_owed AND due_date >= %(as_of)s::date) AS not_due,
               sum(open_amount) FILTER (WHERE is_owed AND due_date < %(as_of)s::date AND due_date >= %(as_of)s::date - 30) AS days_1_30,
               sum(open_amount) FILTER (WHERE is_owed AND due_date < %(as_of)s::date - 30 AND due_date >= %(as_of)s::date - 60) AS days_31_60,
               sum(open_amount) FILTER (WHERE is_owed AND due_date < %(as_of)s::date - 60 AND due_date >= %(as_of)s::date - 90) AS days_61_90,
               sum(open_amount) FILTER (WHERE is_owed AND due_date < %(as_of)s::date - 90) AS days_91_plus,
               sum(open_amount) FILTER (WHERE NOT is_owed) AS unapplied
          FROM open_item
         WHERE company_id = %(company_id)s AND NOT is_debit AND currency = %(currency)s
           AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))
         GROUP BY customer_id) credit USING (customer_id)
 ORDER BY customer_id
