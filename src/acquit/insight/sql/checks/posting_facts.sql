-- Postings carry their entry's company, day and currency, and were recorded with it
-- A posting recorded at another moment than its entry was slipped in later.
-- Parameters: none. Locks: none.
SELECT p.company_id, p.entry_id, p.line_no, p.posting_date, e.posting_date AS entry_date, p.currency,
       e.currency AS entry_currency, p.recorded_at, e.recorded_at AS entry_recorded_at
  FROM posting p
  JOIN journal_entry e ON e.id = p.entry_id
 WHERE p.company_id <> e.company_id OR p.posting_date <> e.posting_date OR p.currency <> e.currency
    OR p.recorded_at <> e.recorded_at
