-- What stood on the control accounts of a company for every customer before an interval of days and at its end, in
-- company currency.
-- Parameters: company_id int, roles text[], from_date date, until_date date (both inside). Locks: none.
SELECT i.customer_id,
       coalesce(sum(p.company_amount) FILTER (WHERE p.posting_date < %(from_date)s), 0),
       sum(p.company_amount)
  FROM posting p
  JOIN ledger_account a ON a.id = p.account_id AND a.role = ANY(%(roles)s)
  JOIN item i ON i.id = p.item_id
 WHERE a.company_id = %(company_id)s AND p.posting_date <= %(until_date)s
 GROUP BY i.customer_id
