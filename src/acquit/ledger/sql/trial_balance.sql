-- What stood on every account of a company at the end of a day, by document currency, in all three currencies.
-- Parameters: company_id int, as_of date. Locks: none.
-- Summed by account and day's index (posting_account); accounts at zero in all three fall away.
SELECT a.id, a.code, a.name, coalesce(a.role, ''), p.currency, sum(p.amount), sum(p.company_amount), sum(p.group_amount)
  FROM ledger_account a
  JOIN posting p ON p.account_id = a.id
 WHERE a.company_id = %(company_id)s AND p.posting_date <= %(as_of)s
 GROUP BY a.id, p.currency
HAVING sum(p.amount) <> 0 OR sum(p.company_amount) <> 0 OR sum(p.group_amount) <> 0
 ORDER BY a.code, p.currency
