-- Forgets habits of which nothing is left once these counts are taken back.
-- Parameters: company_id int; customer_ids bigint[], habits text[], counts_for int[], counts_against int[] (side by side). Locks: the rows; the caller holds the customers.
DELETE FROM payer_habit known
 USING unnest(%(customer_ids)s::bigint[], %(habits)s::text[], %(counts_for)s::int[], %(counts_against)s::int[])
       AS n (customer_id, habit, count_for, count_against)
 WHERE known.company_id = %(company_id)s AND known.customer_id = n.customer_id AND known.habit = n.habit
   AND known.count_for <= n.count_for AND known.count_against <= n.count_against
