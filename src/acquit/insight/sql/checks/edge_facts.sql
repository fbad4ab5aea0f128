-- Edges join a credit and a debit of one customer, company and currency, and carry both items' facts
-- Parameters: none. Locks: none.
SELECT e.company_id, e.id AS edge_id, e.credit_item_id, e.debit_item_id
  FROM clearing_edge e
  JOIN item c ON c.id = e.credit_item_id
  JOIN item d ON d.id = e.debit_item_id
 WHERE c.original_amount >= 0 OR d.original_amount <= 0
    OR e.customer_id <> c.customer_id OR e.customer_id <> d.customer_id
    OR e.company_id <> c.company_id OR e.company_id <> d.company_id
    OR e.currency <> c.currency OR e.currency <> d.currency
    OR e.credit_due_date <> c.due_date OR e.credit_posting_date <> c.posting_date OR e.credit_kind <> c.kind
    OR e.debit_due_date <> d.due_date OR e.debit_posting_date <> d.posting_date OR e.debit_kind <> d.kind
