-- Lines have their document, of the same company
-- Parameters: none. Locks: none.
SELECT l.company_id, l.document_id, l.line_no
  FROM document_line l
 WHERE NOT EXISTS (SELECT 1 FROM document d WHERE d.id = l.document_id AND d.company_id = l.company_id)
