-- What write-offs took from the loss allowance in an interval (after, until], less what their reversals gave back.
-- Parameters: company_id int, after date or NULL for the beginning, until date. Locks: none.
SELECT coalesce(sum(p.company_amount), 0)
  FROM posting p
  JOIN ledger_account a ON a.id = p.account_id AND a.role = 'LOSS_ALLOWANCE'
  JOIN journal_entry e ON e.id = p.entry_id
  LEFT JOIN journal_entry r ON r.id = e.reverses_id
 WHERE a.company_id = %(company_id)s AND p.posting_date <= %(until)s
   AND (%(after)s::date IS NULL OR p.posting_date > %(after)s::date)
   AND (e.kind = 'WRITE_OFF' OR r.kind = 'WRITE_OFF')
