-- Every posting of companies with its entry, in the order of days; one row a posting.
-- Parameters: company_ids int[]. Locks: none.
SELECT e.id, e.company_id, e.posting_date, e.kind, e.text, coalesce(d.number, ''), e.reverses_id, e.currency,
       p.account_id, p.amount, p.company_amount
  FROM journal_entry e
  JOIN posting p ON p.entry_id = e.id
  LEFT JOIN document d ON d.id = e.document_id
 WHERE e.company_id = ANY(%(company_ids)s)
 ORDER BY e.posting_date, e.id, p.line_no
