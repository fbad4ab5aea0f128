-- Bank lines are in the books with their amount once somebody decided about them, and not before
-- Parameters: none. Locks: none.
WITH posted AS (
  SELECT e.bank_line_id, p.currency, sum(p.amount) AS amount
    FROM journal_entry e
    JOIN posting p ON p.entry_id = e.id
    JOIN ledger_account a ON a.id = p.account_id AND a.role = 'BANK'
   WHERE e.bank_line_id IS NOT NULL
   GROUP BY e.bank_line_id, p.currency
)
SELECT l.company_id, l.id AS bank_line_id, l.currency, l.amount, coalesce(p.amount, 0) AS posted_amount,
       coalesce(r.state, 'not decided') AS receipt
  FROM bank_line l
  LEFT JOIN receipt r ON r.bank_line_id = l.id
  LEFT JOIN posted p ON p.bank_line_id = l.id AND p.currency = l.currency
 WHERE coalesce(p.amount, 0) <> CASE WHEN r.id IS NULL OR r.state = 'SPLIT' THEN 0 ELSE l.amount END
UNION ALL
SELECT l.company_id, l.id, p.currency, 0, p.amount, 'another currency'
  FROM posted p
  JOIN bank_line l ON l.id = p.bank_line_id
 WHERE p.currency <> l.currency
