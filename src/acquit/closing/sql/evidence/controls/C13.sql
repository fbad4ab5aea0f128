-- Write-offs: asked by one, approved by those with the authority.
-- Parameters: company_id int, start_date date, end_date date. Locks: none.
SELECT w.id::text AS key, w.state, w.reason, w.amount, w.currency, w.requested_by_id, w.approvals_needed,
       (SELECT count(*) FROM write_off_approval y WHERE y.write_off_id = w.id) AS approvals FROM write_off w
 WHERE w.company_id = %(company_id)s AND w.effective_date >= %(start_date)s AND w.effective_date < %(end_date)s
