-- Each document has one item, with its amount, customer, number and dates
-- Parameters: none. Locks: none.
SELECT d.company_id, d.id AS document_id, d.number, d.gross, i.id AS item_id, i.original_amount
  FROM document d
  LEFT JOIN item i ON i.document_id = d.id
 WHERE i.id IS NULL OR i.original_amount <> d.gross OR i.company_id <> d.company_id OR i.customer_id <> d.customer_id
    OR i.currency <> d.currency OR i.number <> d.number OR i.kind <> d.kind OR i.due_date <> d.due_date
    OR i.posting_date <> d.posting_date
UNION ALL
SELECT min(i.company_id), i.document_id, min(i.number), NULL, max(i.id), sum(i.original_amount)
  FROM item i
 WHERE i.document_id IS NOT NULL
 GROUP BY i.document_id
HAVING count(*) > 1
