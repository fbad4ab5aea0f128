-- Entries have the document, clearing, bank line and entry they name, all of one company
-- Parameters: none. Locks: none.
SELECT e.company_id, e.id AS entry_id, 'company' AS missing, e.company_id AS missing_id
  FROM journal_entry e
 WHERE NOT EXISTS (SELECT 1 FROM company c WHERE c.id = e.company_id)
UNION ALL
SELECT e.company_id, e.id, 'document', e.document_id
  FROM journal_entry e
 WHERE e.document_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM document d WHERE d.id = e.document_id AND d.company_id = e.company_id)
UNION ALL
SELECT e.company_id, e.id, 'clearing', e.clearing_id
  FROM journal_entry e
 WHERE e.clearing_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM clearing c WHERE c.id = e.clearing_id AND c.company_id = e.company_id)
UNION ALL
SELECT e.company_id, e.id, 'bank line', e.bank_line_id
  FROM journal_entry e
 WHERE e.bank_line_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM bank_line l WHERE l.id = e.bank_line_id AND l.company_id = e.company_id)
UNION ALL
SELECT e.company_id, e.id, 'entry', e.reverses_id
  FROM journal_entry e
 WHERE e.reverses_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM journal_entry r WHERE r.id = e.reverses_id AND r.company_id = e.company_id)
