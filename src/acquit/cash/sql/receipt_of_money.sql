-- The receipt whose money stands on an item: its own, or the one whose decision moved its money there.
-- Parameters: item_id bigint, customer_id bigint. Locks: none.
SELECT r.id
  FROM receipt r
 WHERE r.item_id = %(item_id)s
UNION ALL
SELECT r.id
  FROM receipt r
  JOIN decision d ON d.id = r.decision_id
 WHERE r.customer_id = %(customer_id)s AND d.proof ->> 'money_item' = %(item_id)s::text
 LIMIT 1
