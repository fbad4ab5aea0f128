-- Entries posted in the period with their postings, debit positive, in document, company and group currency.
-- Parameters: company_id int, start_date date, end_date date, first_id bigint, last_id bigint. Locks: none.
SELECT json_build_object(
         'id', e.id, 'posting_date', e.posting_date, 'kind', e.kind, 'currency', e.currency, 'text', e.text,
         'document_id', e.document_id, 'clearing_id', e.clearing_id, 'bank_line_id', e.bank_line_id,
         'reverses_id', e.reverses_id, 'run_id', e.run_id, 'actor_id', e.actor_id, 'recorded_at', e.recorded_at,
         'postings', (SELECT json_agg(json_build_object(
                               'line_no', p.line_no, 'account_id', p.account_id, 'account', a.code, 'account_name', a.name,
                               'item_id', p.item_id, 'currency', p.currency, 'amount', p.amount,
                               'company_amount', p.company_amount, 'group_amount', p.group_amount) ORDER BY p.line_no)
                        FROM posting p JOIN ledger_account a ON a.id = p.account_id WHERE p.entry_id = e.id))::text
  FROM journal_entry e
 WHERE e.company_id = %(company_id)s AND e.posting_date >= %(start_date)s AND e.posting_date < %(end_date)s
   AND e.id BETWEEN %(first_id)s AND %(last_id)s
 ORDER BY e.id
