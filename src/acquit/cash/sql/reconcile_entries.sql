-- Entries on a bank account of the books that name no bank line and open no account, up to a day.
-- Parameters: company_ids int[], as_of date, role text. Locks: none.
SELECT p.company_id, e.id, p.posting_date, e.kind, e.text, p.currency, sum(p.amount)
  FROM ledger_account a
  JOIN posting p ON p.account_id = a.id AND p.posting_date <= %(as_of)s
  JOIN journal_entry e ON e.id = p.entry_id
  LEFT JOIN journal_entry o ON o.id = e.reverses_id
 WHERE a.role = %(role)s AND a.company_id = ANY(%(company_ids)s) AND coalesce(e.bank_line_id, o.bank_line_id) IS NULL
   AND coalesce(o.kind, e.kind) <> 'BANK_OPENING'
 GROUP BY p.company_id, e.id, p.posting_date, e.kind, e.text, p.currency
HAVING sum(p.amount) <> 0
 ORDER BY p.posting_date, e.id
