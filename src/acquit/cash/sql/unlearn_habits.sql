-- Takes back what payments showed of how customers pay; rows of which nothing would be left are gone already.
-- Parameters: company_id int; customer_ids bigint[], habits text[], counts_for int[], counts_against int[] (side by side). Locks: the rows; the caller holds the customers.
UPDATE payer_habit known
   SET count_for = greatest(known.count_for - n.count_for, 0),
       count_against = greatest(known.count_against - n.count_against, 0)
  FROM unnest(%(customer_ids)s::bigint[], %(habits)s::text[], %(counts_for)s::int[], %(counts_against)s::int[])
       AS n (customer_id, habit, count_for, count_against)
 WHERE known.company_id = %(company_id)s AND known.customer_id = n.customer_id AND known.habit = n.habit
