-- Every posting of companies in an interval of days with its entry and item, in the order of days; one row a posting.
-- Parameters: company_ids int[], from_date and until_date date or NULL (both inside). Locks: none.
SELECT e.id, e.company_id, e.posting_date, e.kind, e.text, coalesce(d.number, ''), e.reverses_id, e.currency,
       d.document_date, e.recorded_at::date,
       p.account_id, p.amount, p.company_amount, i.customer_id, coalesce(i.number, ''), i.due_date,
       p.group_amount
  FROM journal_entry e
  JOIN posting p ON p.entry_id = e.id
  LEFT JOIN document d ON d.id = e.document_id
  LEFT JOIN item i ON i.id = p.item_id
 WHERE e.company_id = ANY(%(company_ids)s)
   AND (%(from_date)s::date IS NULL OR e.posting_date >= %(from_date)s::date)
   AND (%(until_date)s::date IS NULL OR e.posting_date <= %(until_date)s::date)
 ORDER BY e.posting_date, e.id, p.line_no
