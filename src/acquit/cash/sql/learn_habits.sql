-- Counts what payments showed of how customers pay, a row a customer and habit.
-- Parameters: company_id int; customer_ids bigint[], habits text[], counts_for int[], counts_against int[], days date[] (side by side, each customer and habit once, sorted). Locks: the rows; the caller holds the customers.
INSERT INTO payer_habit AS known (company_id, customer_id, habit, count_for, count_against, last_seen)
SELECT %(company_id)s, n.customer_id, n.habit, n.count_for, n.count_against, n.day
  FROM unnest(%(customer_ids)s::bigint[], %(habits)s::text[], %(counts_for)s::int[], %(counts_against)s::int[], %(days)s::date[])
       AS n (customer_id, habit, count_for, count_against, day)
    ON CONFLICT (company_id, customer_id, habit) DO UPDATE
   SET count_for = known.count_for + excluded.count_for,
       count_against = known.count_against + excluded.count_against,
       last_seen = greatest(known.last_seen, excluded.last_seen)
