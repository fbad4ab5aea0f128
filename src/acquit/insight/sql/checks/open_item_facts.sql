-- The live set carries its items' facts
-- Parameters: none. Locks: none.
SELECT i.company_id, i.id AS item_id, i.number
  FROM open_item o
  JOIN item i ON i.id = o.item_id
 WHERE o.company_id <> i.company_id OR o.customer_id <> i.customer_id OR o.due_date <> i.due_date
    OR o.posting_date <> i.posting_date OR o.kind <> i.kind OR o.currency <> i.currency
    OR o.original_amount <> i.original_amount
