-- Entries have two postings or more
-- Parameters: none. Locks: none.
SELECT e.company_id, e.id AS entry_id, coalesce(p.lines, 0) AS lines
  FROM journal_entry e
  LEFT JOIN (SELECT entry_id, count(*) AS lines FROM posting GROUP BY entry_id) p ON p.entry_id = e.id
 WHERE coalesce(p.lines, 0) < 2
