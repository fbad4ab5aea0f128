-- Receipts not applied: how old, and who looks at them.
-- Parameters: company_id int, start_date date, end_date date. Locks: none.
SELECT r.id::text AS key, r.state, r.value_date, r.amount, r.currency FROM receipt r
 WHERE r.company_id = %(company_id)s AND r.value_date < %(end_date)s
   AND r.state IN ('PROPOSED', 'UNIDENTIFIED', 'UNAPPLIED', 'ON_ACCOUNT')
