-- Bank lines that the books and the statements up to a day do not hold alike, with what is posted of each till then.
-- Parameters: bank_account_ids bigint[], as_of date. Locks: none.
WITH told AS (
  SELECT s.id
    FROM bank_statement s
    LEFT JOIN (SELECT statement_id, max(booking_date) AS last_date
                 FROM bank_line
                WHERE bank_account_id = ANY(%(bank_account_ids)s)
                GROUP BY statement_id) l ON l.statement_id = s.id
   WHERE s.bank_account_id = ANY(%(bank_account_ids)s)
     AND coalesce(s.closing_date, l.last_date, s.opening_date) <= %(as_of)s
), posted AS (
  SELECT coalesce(e.bank_line_id, o.bank_line_id) AS bank_line_id, p.currency, sum(p.amount) AS amount
    FROM ledger_account a
    JOIN posting p ON p.account_id = a.id AND p.posting_date <= %(as_of)s
    JOIN journal_entry e ON e.id = p.entry_id
    LEFT JOIN journal_entry o ON o.id = e.reverses_id
   WHERE a.role = 'BANK' AND coalesce(e.bank_line_id, o.bank_line_id) IS NOT NULL
     AND a.company_id IN (SELECT company_id FROM bank_account WHERE id = ANY(%(bank_account_ids)s))
   GROUP BY 1, 2
)
SELECT l.bank_account_id, l.id, r.id, l.booking_date, l.bank_reference, l.counterparty,
       CASE WHEN t.id IS NULL THEN 0 ELSE l.amount END AS told_amount, coalesce(p.amount, 0) AS posted_amount
  FROM bank_line l
  LEFT JOIN told t ON t.id = l.statement_id
  LEFT JOIN posted p ON p.bank_line_id = l.id AND p.currency = l.currency
  LEFT JOIN receipt r ON r.bank_line_id = l.id
 WHERE l.bank_account_id = ANY(%(bank_account_ids)s) AND r.state IS DISTINCT FROM 'SPLIT'
   AND CASE WHEN t.id IS NULL THEN 0 ELSE l.amount END <> coalesce(p.amount, 0)
 ORDER BY l.bank_account_id, l.booking_date, l.id
