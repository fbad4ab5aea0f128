-- The bank account in the books is what was there before the earliest statement, plus every line decided about
-- Parameters: none. Locks: none.
WITH books AS (
  SELECT a.company_id, p.currency, sum(p.amount) AS amount
    FROM posting p
    JOIN ledger_account a ON a.id = p.account_id
   WHERE a.role = 'BANK'
   GROUP BY a.company_id, p.currency
), opening AS (
  SELECT s.company_id, s.currency, s.opening_amount AS amount
    FROM bank_account b
    JOIN bank_statement s ON s.id = b.opening_statement_id
), known AS (
  SELECT company_id, currency, sum(amount) AS amount
    FROM (SELECT company_id, currency, coalesce(amount, 0) AS amount FROM opening
          UNION ALL
          SELECT company_id, currency, amount FROM receipt WHERE bank_line_id IS NOT NULL AND state <> 'SPLIT') parts
   GROUP BY company_id, currency
)
SELECT company_id, currency, coalesce(b.amount, 0) AS books, coalesce(k.amount, 0) AS bank
  FROM books b
  FULL JOIN known k USING (company_id, currency)
 WHERE coalesce(b.amount, 0) <> coalesce(k.amount, 0)
