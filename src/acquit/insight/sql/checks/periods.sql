-- Entries lie in a period that has begun, and periods do not overlap
-- Parameters: none. Locks: none.
SELECT e.company_id, e.posting_date, e.entries, coalesce(p.status, 'none') AS period
  FROM (SELECT company_id, posting_date, count(*) AS entries FROM journal_entry GROUP BY company_id, posting_date) e
  LEFT JOIN period p
    ON p.company_id = e.company_id AND e.posting_date >= p.start_date AND e.posting_date < p.end_date
 WHERE p.id IS NULL OR p.status = 'FUTURE'
UNION ALL
SELECT a.company_id, b.start_date, NULL, 'overlaps another'
  FROM period a
  JOIN period b
    ON b.company_id = a.company_id AND b.id <> a.id AND b.start_date >= a.start_date AND b.start_date < a.end_date
