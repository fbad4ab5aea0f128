-- What is open now by customer and currency, in buckets of days past due on a day.
-- Parameters: as_of date, company_ids int[], customer_ids bigint[] or NULL for all. Locks: none.
-- The covering index is read once for each company and currency, in the order of customers: index-only, no sort, one
-- number to compare a row, and each row is added once (the total is the sum of the buckets). Cash has an index of its own.
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
), owed AS (
  SELECT b.company_id, a.customer_id, b.currency, a.not_due, a.days_1_30, a.days_31_60, a.days_61_90, a.days_91_plus,
         a.oldest
    FROM book b
   CROSS JOIN LATERAL (
         SELECT o.customer_id,
                coalesce(sum(o.open_amount) FILTER (WHERE o.due_date >= %(as_of)s::date), 0) AS not_due,
                coalesce(sum(o.open_amount) FILTER (WHERE o.due_date < %(as_of)s::date AND o.due_date >= %(as_of)s::date - 30), 0) AS days_1_30,
                coalesce(sum(o.open_amount) FILTER (WHERE o.due_date < %(as_of)s::date - 30 AND o.due_date >= %(as_of)s::date - 60), 0) AS days_31_60,
                coalesce(sum(o.open_amount) FILTER (WHERE o.due_date < %(as_of)s::date - 60 AND o.due_date >= %(as_of)s::date - 90), 0) AS days_61_90,
                coalesce(sum(o.open_amount) FILTER (WHERE o.due_date < %(as_of)s::date - 90), 0) AS days_91_plus,
                min(o.due_date) FILTER (WHERE o.open_amount > 0) AS oldest
           FROM open_item o
          WHERE o.company_id = b.company_id AND o.currency = b.currency AND o.is_owed
            AND (%(customer_ids)s::bigint[] IS NULL OR o.customer_id = ANY(%(customer_ids)s::bigint[]))
          GROUP BY o.customer_id) a
), cash AS (
  SELECT company_id, customer_id, currency, sum(open_amount) AS unapplied
    FROM open_item
   WHERE company_id = ANY(%(company_ids)s) AND NOT is_owed
     AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))
   GROUP BY company_id, customer_id, currency
)
SELECT company_id, customer_id, currency,
       coalesce(not_due + days_1_30 + days_31_60 + days_61_90 + days_91_plus, 0),
       coalesce(not_due, 0), coalesce(days_1_30, 0), coalesce(days_31_60, 0), coalesce(days_61_90, 0),
       coalesce(days_91_plus, 0), coalesce(unapplied, 0), oldest, false
  FROM owed
  FULL JOIN cash USING (company_id, customer_id, currency)
 ORDER BY company_id, customer_id, currency
