-- Items and documents have their customer, items their document, all of one company
-- Parameters: none. Locks: none.
SELECT i.company_id, 'item' AS object, i.id AS object_id, 'customer' AS missing, i.customer_id AS missing_id
  FROM item i
 WHERE NOT EXISTS (SELECT 1 FROM customer c WHERE c.id = i.customer_id AND c.company_id = i.company_id)
UNION ALL
SELECT i.company_id, 'item', i.id, 'document', i.document_id
  FROM item i
 WHERE i.document_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM document d WHERE d.id = i.document_id AND d.company_id = i.company_id)
UNION ALL
SELECT d.company_id, 'document', d.id, 'customer', d.customer_id
  FROM document d
 WHERE NOT EXISTS (SELECT 1 FROM customer c WHERE c.id = d.customer_id AND c.company_id = d.company_id)
