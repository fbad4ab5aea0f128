-- Open items with their numbers, for the rules of clearing.
-- Parameters: item_ids bigint[]. Locks: none; the caller holds the customers.
SELECT o.item_id, o.company_id, o.customer_id, o.kind, i.number, o.currency, o.original_amount, o.open_amount,
       o.open_company_amount, o.due_date, o.posting_date
  FROM open_item o
  JOIN item i ON i.id = o.item_id
 WHERE o.item_id = ANY(%(item_ids)s)
