-- The ledger's balance of each bank account on a day: its opening, what was posted for its lines.
-- Parameters: company_ids int[], as_of date. Locks: none.
-- All bank accounts of a company share 1000 Bank; an entry belongs to the account of the line it names, an opening to
-- the account it names. What names neither belongs to none (`reconcile_entries.sql`).
WITH posted AS (
  SELECT p.company_id, p.currency, p.amount, coalesce(e.bank_line_id, o.bank_line_id) AS bank_line_id,
         coalesce(o.text, e.text) AS account,
         coalesce(o.kind, e.kind) = 'BANK_OPENING' AS is_opening
    FROM ledger_account a
    JOIN posting p ON p.account_id = a.id AND p.posting_date <= %(as_of)s
    JOIN journal_entry e ON e.id = p.entry_id
    LEFT JOIN journal_entry o ON o.id = e.reverses_id
   WHERE a.role = 'BANK' AND a.company_id = ANY(%(company_ids)s)
), sums AS (
  SELECT l.bank_account_id, sum(p.amount) AS lines_amount, 0 AS opening_amount
    FROM posted p
    JOIN bank_line l ON l.id = p.bank_line_id
   WHERE p.currency = l.currency
   GROUP BY 1
  UNION ALL
  SELECT b.id, 0, sum(p.amount)
    FROM posted p
    JOIN bank_account b ON b.company_id = p.company_id AND b.account = p.account AND b.currency = p.currency
   WHERE p.bank_line_id IS NULL AND p.is_opening
   GROUP BY 1
)
SELECT b.id, b.company_id, b.account, b.currency, b.name, coalesce(sum(s.opening_amount), 0),
       coalesce(sum(s.lines_amount), 0)
  FROM bank_account b
  LEFT JOIN sums s ON s.bank_account_id = b.id
 WHERE b.company_id = ANY(%(company_ids)s)
 GROUP BY b.id
 ORDER BY b.company_id, b.account, b.currency
