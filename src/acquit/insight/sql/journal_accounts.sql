-- The accounts of companies, and the first day anything was posted.
-- Parameters: company_ids int[]. Locks: none.
SELECT a.id, a.company_id, c.name, a.code, a.name, coalesce(a.role, ''), c.currency,
       (SELECT min(e.posting_date) FROM journal_entry e WHERE e.company_id = a.company_id), a.account_class, c.group_currency
  FROM ledger_account a
  JOIN company c ON c.id = a.company_id
 WHERE a.company_id = ANY(%(company_ids)s)
 ORDER BY a.id
