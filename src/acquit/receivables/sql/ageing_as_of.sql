-- What was open at the end of a day by customer and currency, as it was known at a moment.
-- Parameters: as_of date, known_at timestamptz or NULL for what is known now, company_ids int[], customer_ids bigint[] or
-- NULL for all, unapplied_kinds text[]. Locks: none.
-- Ageing is a sum, so no item is joined to its edges: open now of what was posted by then, plus every edge that was not
-- there (effective after the day, or recorded at the moment or later), less every item that was not known. Each part is
-- aggregated by its own stored due dates; then the parts are added. The last column says that an edge of the customer
-- was taken back since, or something of theirs was not known: then the sums of the parts do not tell the oldest due day.
WITH RECURSIVE book AS (
  SELECT f.company_id, f.currency
    FROM unnest(%(company_ids)s::int[]) AS c (id)
   CROSS JOIN LATERAL (SELECT o.company_id, o.currency FROM open_item o WHERE o.company_id = c.id
                        ORDER BY o.currency LIMIT 1) f
  UNION ALL
  SELECT n.company_id, n.currency
    FROM book b
   CROSS JOIN LATERAL (SELECT o.company_id, o.currency FROM open_item o
                        WHERE o.company_id = b.company_id AND o.currency > b.currency
                        ORDER BY o.currency LIMIT 1) n
), edge_book AS (
  SELECT f.company_id, f.currency
    FROM unnest(%(company_ids)s::int[]) AS c (id)
   CROSS JOIN LATERAL (SELECT e.company_id, e.currency FROM clearing_edge e WHERE e.company_id = c.id
                        ORDER BY e.currency LIMIT 1) f
  UNION ALL
  SELECT n.company_id, n.currency
    FROM edge_book b
   CROSS JOIN LATERAL (SELECT e.company_id, e.currency FROM clearing_edge e
                        WHERE e.company_id = b.company_id AND e.currency > b.currency
                        ORDER BY e.currency LIMIT 1) n
), part AS (
  SELECT b.company_id, a.customer_id, b.currency, a.not_due, a.days_1_30, a.days_31_60, a.days_61_90, a.days_91_plus,
         NULL::numeric AS unapplied, a.oldest, false AS is_oldest_unsure
    FROM book b
   CROSS JOIN LATERAL (
         SELECT o.customer_id,
                sum(o.open_amount) FILTER (WHERE o.due_date >= %(as_of)s::date) AS not_due,
                sum(o.open_amount) FILTER (WHERE o.due_date < %(as_of)s::date AND o.due_date >= %(as_of)s::date - 30) AS days_1_30,
                sum(o.open_amount) FILTER (WHERE o.due_date < %(as_of)s::date - 30 AND o.due_date >= %(as_of)s::date - 60) AS days_31_60,
                sum(o.open_amount) FILTER (WHERE o.due_date < %(as_of)s::date - 60 AND o.due_date >= %(as_of)s::date - 90) AS days_61_90,
                sum(o.open_amount) FILTER (WHERE o.due_date < %(as_of)s::date - 90) AS days_91_plus,
                min(o.due_date) FILTER (WHERE o.open_amount > 0) AS oldest
           FROM open_item o
          WHERE o.company_id = b.company_id AND o.currency = b.currency AND o.is_owed AND o.posting_date <= %(as_of)s
            AND (%(customer_ids)s::bigint[] IS NULL OR o.customer_id = ANY(%(customer_ids)s::bigint[]))
          GROUP BY o.customer_id) a
  UNION ALL
  SELECT company_id, customer_id, currency, NULL, NULL, NULL, NULL, NULL, sum(open_amount), NULL, false
    FROM open_item
   WHERE company_id = ANY(%(company_ids)s) AND NOT is_owed AND posting_date <= %(as_of)s
     AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))
   GROUP BY company_id, customer_id, currency
  UNION ALL
  SELECT b.company_id, a.customer_id, b.currency, a.b0, a.b1, a.b2, a.b3, a.b4, a.b5, a.oldest, a.is_oldest_unsure
    FROM edge_book b
   CROSS JOIN LATERAL (
         SELECT customer_id,
                coalesce(sum(amount) FILTER (WHERE debit_bucket = 0), 0) - coalesce(sum(amount) FILTER (WHERE credit_bucket = 0), 0),
                coalesce(sum(amount) FILTER (WHERE debit_bucket = 1), 0) - coalesce(sum(amount) FILTER (WHERE credit_bucket = 1), 0),
                coalesce(sum(amount) FILTER (WHERE debit_bucket = 2), 0) - coalesce(sum(amount) FILTER (WHERE credit_bucket = 2), 0),
                coalesce(sum(amount) FILTER (WHERE debit_bucket = 3), 0) - coalesce(sum(amount) FILTER (WHERE credit_bucket = 3), 0),
                coalesce(sum(amount) FILTER (WHERE debit_bucket = 4), 0) - coalesce(sum(amount) FILTER (WHERE credit_bucket = 4), 0),
                coalesce(sum(amount) FILTER (WHERE debit_bucket = 5), 0) - coalesce(sum(amount) FILTER (WHERE credit_bucket = 5), 0),
                min(debit_due_date) FILTER (WHERE debit_bucket < 5 AND amount > 0) AS oldest, bool_or(amount < 0)
           FROM (SELECT e.company_id, e.customer_id, e.currency, e.amount, e.debit_due_date,
                        CASE WHEN e.debit_posting_date > %(as_of)s::date THEN NULL WHEN NOT e.debit_is_owed THEN 5
                               WHEN e.debit_due_date >= %(as_of)s::date THEN 0 WHEN e.debit_due_date >= %(as_of)s::date - 30 THEN 1
                               WHEN e.debit_due_date >= %(as_of)s::date - 60 THEN 2 WHEN e.debit_due_date >= %(as_of)s::date - 90 THEN 3
                               ELSE 4 END AS debit_bucket,
                        CASE WHEN e.credit_posting_date > %(as_of)s::date THEN NULL WHEN NOT e.credit_is_owed THEN 5
                               WHEN e.credit_due_date >= %(as_of)s::date THEN 0 WHEN e.credit_due_date >= %(as_of)s::date - 30 THEN 1
                               WHEN e.credit_due_date >= %(as_of)s::date - 60 THEN 2 WHEN e.credit_due_date >= %(as_of)s::date - 90 THEN 3
                               ELSE 4 END AS credit_bucket
                   FROM clearing_edge e
                  WHERE e.company_id = b.company_id AND e.currency = b.currency AND e.effective_date > %(as_of)s
                    AND (%(customer_ids)s::bigint[] IS NULL OR e.customer_id = ANY(%(customer_ids)s::bigint[]))
                 OFFSET 0) moved  -- the fence: buckets are computed once a row
          GROUP BY customer_id
         ) a (customer_id, b0, b1, b2, b3, b4, b5, oldest, is_oldest_unsure)
  UNION ALL
  SELECT company_id, customer_id, currency,
         coalesce(sum(amount) FILTER (WHERE debit_bucket = 0), 0) - coalesce(sum(amount) FILTER (WHERE credit_bucket = 0), 0),
         coalesce(sum(amount) FILTER (WHERE debit_bucket = 1), 0) - coalesce(sum(amount) FILTER (WHERE credit_bucket = 1), 0),
         coalesce(sum(amount) FILTER (WHERE debit_bucket = 2), 0) - coalesce(sum(amount) FILTER (WHERE credit_bucket = 2), 0),
         coalesce(sum(amount) FILTER (WHERE debit_bucket = 3), 0) - coalesce(sum(amount) FILTER (WHERE credit_bucket = 3), 0),
         coalesce(sum(amount) FILTER (WHERE debit_bucket = 4), 0) - coalesce(sum(amount) FILTER (WHERE credit_bucket = 4), 0),
         coalesce(sum(amount) FILTER (WHERE debit_bucket = 5), 0) - coalesce(sum(amount) FILTER (WHERE credit_bucket = 5), 0),
         min(debit_due_date) FILTER (WHERE debit_bucket < 5 AND amount > 0) AS oldest, bool_or(amount < 0)
    FROM (SELECT e.company_id, e.customer_id, e.currency, e.amount, e.debit_due_date,
                 CASE WHEN e.debit_posting_date > %(as_of)s::date THEN NULL WHEN NOT e.debit_is_owed THEN 5
                               WHEN e.debit_due_date >= %(as_of)s::date THEN 0 WHEN e.debit_due_date >= %(as_of)s::date - 30 THEN 1
                               WHEN e.debit_due_date >= %(as_of)s::date - 60 THEN 2 WHEN e.debit_due_date >= %(as_of)s::date - 90 THEN 3
                               ELSE 4 END AS debit_bucket,
                 CASE WHEN e.credit_posting_date > %(as_of)s::date THEN NULL WHEN NOT e.credit_is_owed THEN 5
                               WHEN e.credit_due_date >= %(as_of)s::date THEN 0 WHEN e.credit_due_date >= %(as_of)s::date - 30 THEN 1
                               WHEN e.credit_due_date >= %(as_of)s::date - 60 THEN 2 WHEN e.credit_due_date >= %(as_of)s::date - 90 THEN 3
                               ELSE 4 END AS credit_bucket
            FROM clearing_edge e
           WHERE e.company_id = ANY(%(company_ids)s) AND e.effective_date <= %(as_of)s AND e.recorded_at >= %(known_at)s::timestamptz
             AND (%(customer_ids)s::bigint[] IS NULL OR e.customer_id = ANY(%(customer_ids)s::bigint[]))
          OFFSET 0) moved  -- the fence: buckets are computed once a row
   GROUP BY company_id, customer_id, currency
  UNION ALL
  SELECT company_id, customer_id, currency,
         -sum(original_amount) FILTER (WHERE is_owed AND due_date >= d),
         -sum(original_amount) FILTER (WHERE is_owed AND due_date < d AND due_date >= d - 30),
         -sum(original_amount) FILTER (WHERE is_owed AND due_date < d - 30 AND due_date >= d - 60),
         -sum(original_amount) FILTER (WHERE is_owed AND due_date < d - 60 AND due_date >= d - 90),
         -sum(original_amount) FILTER (WHERE is_owed AND due_date < d - 90),
         -sum(original_amount) FILTER (WHERE NOT is_owed), NULL, true
    FROM (SELECT company_id, customer_id, currency, original_amount, due_date, %(as_of)s::date AS d,
                 kind <> ALL(%(unapplied_kinds)s) AS is_owed
            FROM item
           WHERE company_id = ANY(%(company_ids)s) AND posting_date <= %(as_of)s
             AND recorded_at >= %(known_at)s::timestamptz
             AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))) unknown
   GROUP BY company_id, customer_id, currency
), added AS (
  SELECT company_id, customer_id, currency,
         coalesce(sum(not_due), 0) AS not_due, coalesce(sum(days_1_30), 0) AS days_1_30,
         coalesce(sum(days_31_60), 0) AS days_31_60, coalesce(sum(days_61_90), 0) AS days_61_90,
         coalesce(sum(days_91_plus), 0) AS days_91_plus, coalesce(sum(unapplied), 0) AS unapplied,
         min(oldest) AS oldest, bool_or(is_oldest_unsure) AS is_oldest_unsure
    FROM part
   GROUP BY company_id, customer_id, currency
)
SELECT company_id, customer_id, currency,
       not_due + days_1_30 + days_31_60 + days_61_90 + days_91_plus,
       not_due, days_1_30, days_31_60, days_61_90, days_91_plus, unapplied, oldest, is_oldest_unsure
  FROM added
 WHERE oldest IS NOT NULL OR unapplied <> 0 OR not_due <> 0 OR days_1_30 <> 0 OR days_31_60 <> 0 OR days_61_90 <> 0
    OR days_91_plus <> 0
 ORDER BY company_id, customer_id, currency
