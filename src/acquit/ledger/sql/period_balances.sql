-- What was posted on every account of a company in each period, by document currency, in all three currencies.
-- Parameters: company_id int, first_date date, last_date date (both inside). Locks: none.
SELECT a.id, a.code, a.name, coalesce(a.role, ''), p.currency, sum(p.amount), sum(p.company_amount),
       sum(p.group_amount), d.id
  FROM period d
  JOIN ledger_account a ON a.company_id = d.company_id
  JOIN posting p ON p.account_id = a.id AND p.posting_date >= d.start_date AND p.posting_date < d.end_date
 WHERE d.company_id = %(company_id)s AND d.end_date > %(first_date)s AND d.start_date <= %(last_date)s
 GROUP BY d.id, a.id, p.currency
 ORDER BY d.start_date, a.code, p.currency
