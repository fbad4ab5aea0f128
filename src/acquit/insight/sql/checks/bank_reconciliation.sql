-- Each bank account's books are the opening of its earliest statement, plus its own lines decided about
-- Parameters: none. Locks: none.
-- What remains between books and statements (lines not decided, statements missing) `acquit cash reconcile` lists.
WITH posted AS (
  SELECT a.company_id, p.currency, p.amount, coalesce(e.bank_line_id, o.bank_line_id) AS bank_line_id,
         coalesce(o.kind, e.kind) = 'BANK_OPENING' AS is_opening, coalesce(o.text, e.text) AS account
    FROM ledger_account a
    JOIN posting p ON p.account_id = a.id
    JOIN journal_entry e ON e.id = p.entry_id
    LEFT JOIN journal_entry o ON o.id = e.reverses_id
   WHERE a.role = 'BANK'
), books AS (
  SELECT bank_account_id, sum(amount) AS amount
    FROM (SELECT l.bank_account_id, p.amount
            FROM posted p
            JOIN bank_line l ON l.id = p.bank_line_id
          UNION ALL
          SELECT b.id, p.amount
            FROM posted p
            JOIN bank_account b ON b.company_id = p.company_id AND b.account = p.account AND b.currency = p.currency
           WHERE p.bank_line_id IS NULL AND p.is_opening) parts
   GROUP BY 1
), known AS (
  SELECT bank_account_id, sum(amount) AS amount
    FROM (SELECT l.bank_account_id, r.amount
            FROM receipt r
            JOIN bank_line l ON l.id = r.bank_line_id
           WHERE r.state <> 'SPLIT'
          UNION ALL
          SELECT b.id, coalesce(s.opening_amount, 0)
            FROM bank_account b
            JOIN bank_statement s ON s.id = b.opening_statement_id) parts
   GROUP BY 1
)
SELECT b.company_id, b.id AS bank_account_id, b.currency, coalesce(k.amount, 0) AS told, coalesce(p.amount, 0) AS books
  FROM bank_account b
  LEFT JOIN known k ON k.bank_account_id = b.id
  LEFT JOIN books p ON p.bank_account_id = b.id
 WHERE coalesce(k.amount, 0) <> coalesce(p.amount, 0)
