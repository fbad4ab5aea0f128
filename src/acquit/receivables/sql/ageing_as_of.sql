-- What was open of one company and currency at the end of a day by customer, as it was known at a moment.
-- Parameters: as_of date, known_at timestamptz or NULL for what is known now, company_id int, currency text, customer_ids
-- bigint[] or NULL for all, unapplied_kinds text[]. Locks: none.
-- Ageing is a sum, so no item is joined to its edges: open now of what was posted by then, plus every edge that was not
-- there (effective after the day, or recorded at the moment or later), less every item that was not known. Each part is
-- aggregated by its own stored due dates, read in the order of customers from a covering index; then the parts are added,
-- merged in that order. The last column says that an edge of the customer was taken back since, or something of theirs was
-- not known: then the sums of the parts do not tell the oldest due day.
WITH part (customer_id, b0, b1, b2, b3, b4, unapplied, oldest, is_oldest_unsure) AS (
  SELECT customer_id,
         sum(open_amount) FILTER (WHERE due_date >= %(as_of)s::date),
         sum(open_amount) FILTER (WHERE due_date < %(as_of)s::date AND due_date >= %(as_of)s::date - 30),
         sum(open_amount) FILTER (WHERE due_date < %(as_of)s::date - 30 AND due_date >= %(as_of)s::date - 60),
         sum(open_amount) FILTER (WHERE due_date < %(as_of)s::date - 60 AND due_date >= %(as_of)s::date - 90),
         sum(open_amount) FILTER (WHERE due_date < %(as_of)s::date - 90),
         NULL::numeric, min(due_date), false
    FROM open_item
   WHERE company_id = %(company_id)s AND is_debit AND currency = %(currency)s AND posting_date <= %(as_of)s
     AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))
   GROUP BY customer_id
  UNION ALL
  SELECT customer_id,
         sum(open_amount) FILTER (WHERE is_owed AND due_date >= %(as_of)s::date),
         sum(open_amount) FILTER (WHERE is_owed AND due_date < %(as_of)s::date AND due_date >= %(as_of)s::date - 30),
         sum(open_amount) FILTER (WHERE is_owed AND due_date < %(as_of)s::date - 30 AND due_date >= %(as_of)s::date - 60),
         sum(open_amount) FILTER (WHERE is_owed AND due_date < %(as_of)s::date - 60 AND due_date >= %(as_of)s::date - 90),
         sum(open_amount) FILTER (WHERE is_owed AND due_date < %(as_of)s::date - 90),
         sum(open_amount) FILTER (WHERE NOT is_owed), NULL, false
    FROM open_item
   WHERE company_id = %(company_id)s AND NOT is_debit AND currency = %(currency)s AND posting_date <= %(as_of)s
     AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))
   GROUP BY customer_id
  UNION ALL
  SELECT customer_id,
         coalesce(sum(amount) FILTER (WHERE is_debit_owed AND debit_due >= %(as_of)s::date), 0)
           - coalesce(sum(amount) FILTER (WHERE is_credit_owed AND credit_due >= %(as_of)s::date), 0),
         coalesce(sum(amount) FILTER (WHERE is_debit_owed AND debit_due < %(as_of)s::date AND debit_due >= %(as_of)s::date - 30), 0)
           - coalesce(sum(amount) FILTER (WHERE is_credit_owed AND credit_due < %(as_of)s::date AND credit_due >= %(as_of)s::date - 30), 0),
         coalesce(sum(amount) FILTER (WHERE is_debit_owed AND debit_due < %(as_of)s::date - 30 AND debit_due >= %(as_of)s::date - 60), 0)
           - coalesce(sum(amount) FILTER (WHERE is_credit_owed AND credit_due < %(as_of)s::date - 30 AND credit_due >= %(as_of)s::date - 60), 0),
         coalesce(sum(amount) FILTER (WHERE is_debit_owed AND debit_due < %(as_of)s::date - 60 AND debit_due >= %(as_of)s::date - 90), 0)
           - coalesce(sum(amount) FILTER (WHERE is_credit_owed AND credit_due < %(as_of)s::date - 60 AND credit_due >= %(as_of)s::date - 90), 0),
         coalesce(sum(amount) FILTER (WHERE is_debit_owed AND debit_due < %(as_of)s::date - 90), 0)
           - coalesce(sum(amount) FILTER (WHERE is_credit_owed AND credit_due < %(as_of)s::date - 90), 0),
         coalesce(sum(amount) FILTER (WHERE is_debit_cash), 0) - coalesce(sum(amount) FILTER (WHERE is_credit_cash), 0),
         min(debit_due) FILTER (WHERE is_debit_owed AND amount > 0), bool_or(amount < 0)
    FROM (SELECT customer_id, amount, debit_due_date AS debit_due, credit_due_date AS credit_due,
                 debit_is_owed AND debit_posting_date <= %(as_of)s::date AS is_debit_owed,
                 credit_is_owed AND credit_posting_date <= %(as_of)s::date AS is_credit_owed,
                 NOT debit_is_owed AND debit_posting_date <= %(as_of)s::date AS is_debit_cash,
                 NOT credit_is_owed AND credit_posting_date <= %(as_of)s::date AS is_credit_cash
            FROM clearing_edge
           WHERE company_id = %(company_id)s AND currency = %(currency)s
             AND (effective_date > %(as_of)s::date
                  OR effective_date <= %(as_of)s::date AND recorded_at >= %(known_at)s::timestamptz)
             AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))) moved
   GROUP BY customer_id
  UNION ALL
  SELECT customer_id,
         -sum(original_amount) FILTER (WHERE is_owed AND due_date >= %(as_of)s::date),
         -sum(original_amount) FILTER (WHERE is_owed AND due_date < %(as_of)s::date AND due_date >= %(as_of)s::date - 30),
         -sum(original_amount) FILTER (WHERE is_owed AND due_date < %(as_of)s::date - 30 AND due_date >= %(as_of)s::date - 60),
         -sum(original_amount) FILTER (WHERE is_owed AND due_date < %(as_of)s::date - 60 AND due_date >= %(as_of)s::date - 90),
         -sum(original_amount) FILTER (WHERE is_owed AND due_date < %(as_of)s::date - 90),
         -sum(original_amount) FILTER (WHERE NOT is_owed), NULL, true
    FROM (SELECT customer_id, original_amount, due_date, kind <> ALL(%(unapplied_kinds)s) AS is_owed
            FROM item
           WHERE company_id = %(company_id)s AND currency = %(currency)s AND posting_date <= %(as_of)s
             AND recorded_at >= %(known_at)s::timestamptz
             AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))) unknown
   GROUP BY customer_id
), added AS (
  SELECT customer_id, coalesce(sum(b0), 0) AS b0, coalesce(sum(b1), 0) AS b1, coalesce(sum(b2), 0) AS b2,
         coalesce(sum(b3), 0) AS b3, coalesce(sum(b4), 0) AS b4, coalesce(sum(unapplied), 0) AS unapplied,
         min(oldest) AS oldest, bool_or(is_oldest_unsure) AS is_oldest_unsure
    FROM part
   GROUP BY customer_id
)
SELECT %(company_id)s::int, customer_id, %(currency)s::text, b0, b1, b2, b3, b4, unapplied, oldest, is_oldest_unsure
  FROM added
 WHERE oldest IS NOT NULL OR unapplied <> 0 OR b0 <> 0 OR b1 <> 0 OR b2 <> 0 OR b3 <> 0 OR b4 <> 0
 ORDER BY customer_id
