-- What stood on every account before an interval of days and what was posted in it, by document currency, in
-- document, company and group currency; accounts with nothing before and nothing in it fall away.
-- Parameters: company_ids int[], from_date date or NULL for the beginning, until_date date (both inside). Locks: none.
SELECT a.id, p.currency,
       coalesce(sum(p.amount) FILTER (WHERE p.posting_date < %(from_date)s::date), 0),
       coalesce(sum(p.amount) FILTER (WHERE p.amount > 0 AND p.posting_date >= coalesce(%(from_date)s::date, '-infinity')), 0),
       coalesce(-sum(p.amount) FILTER (WHERE p.amount < 0 AND p.posting_date >= coalesce(%(from_date)s::date, '-infinity')), 0),
       coalesce(sum(p.company_amount) FILTER (WHERE p.posting_date < %(from_date)s::date), 0),
       coalesce(sum(p.company_amount)
                FILTER (WHERE p.company_amount > 0 AND p.posting_date >= coalesce(%(from_date)s::date, '-infinity')), 0),
       coalesce(-sum(p.company_amount)
                FILTER (WHERE p.company_amount < 0 AND p.posting_date >= coalesce(%(from_date)s::date, '-infinity')), 0),
       coalesce(sum(p.group_amount) FILTER (WHERE p.posting_date < %(from_date)s::date), 0),
       coalesce(sum(p.group_amount)
                FILTER (WHERE p.group_amount > 0 AND p.posting_date >= coalesce(%(from_date)s::date, '-infinity')), 0),
       coalesce(-sum(p.group_amount)
                FILTER (WHERE p.group_amount < 0 AND p.posting_date >= coalesce(%(from_date)s::date, '-infinity')), 0)
  FROM ledger_account a
  JOIN posting p ON p.account_id = a.id AND p.posting_date <= %(until_date)s
 WHERE a.company_id = ANY(%(company_ids)s)
 GROUP BY a.id, p.currency
 ORDER BY a.company_id, a.code, p.currency
