-- Each document has one entry, of its day, kind and currency
-- Parameters: none. Locks: none.
SELECT d.company_id, d.id AS document_id, d.number, e.id AS entry_id, e.posting_date
  FROM document d
  LEFT JOIN journal_entry e ON e.document_id = d.id AND e.reverses_id IS NULL
 WHERE e.id IS NULL OR e.posting_date <> d.posting_date OR e.kind <> d.kind OR e.currency <> d.currency
UNION ALL
SELECT min(e.company_id), e.document_id, NULL, max(e.id), max(e.posting_date)
  FROM journal_entry e
 WHERE e.document_id IS NOT NULL AND e.reverses_id IS NULL
 GROUP BY e.document_id
HAVING count(*) > 1
