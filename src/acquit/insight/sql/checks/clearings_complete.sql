-- Clearings have edges and an entry of their company and day
-- Parameters: none. Locks: none.
SELECT c.company_id, c.id AS clearing_id, 'no edge' AS fault
  FROM clearing c
 WHERE NOT EXISTS (SELECT 1 FROM clearing_edge e WHERE e.clearing_id = c.id)
UNION ALL
SELECT c.company_id, c.id, 'no entry'
  FROM clearing c
 WHERE NOT EXISTS (SELECT 1 FROM journal_entry j WHERE j.clearing_id = c.id)
UNION ALL
SELECT c.company_id, c.id, 'edge of another company or day'
  FROM clearing c
  JOIN clearing_edge e ON e.clearing_id = c.id
 WHERE e.company_id <> c.company_id OR e.effective_date <> c.effective_date
UNION ALL
SELECT c.company_id, c.id, 'entry of another company or day'
  FROM clearing c
  JOIN journal_entry j ON j.clearing_id = c.id
 WHERE j.company_id <> c.company_id OR j.posting_date <> c.effective_date
