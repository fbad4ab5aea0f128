-- Expected losses: proposed by one, approved by another.
-- Parameters: company_id int, start_date date, end_date date. Locks: none.
SELECT v.id::text AS key, v.state, v.as_of, v.closing_amount, v.currency, v.proposed_by_id, v.approved_by_id,
       v.policy_version_id FROM provision_run v
 WHERE v.company_id = %(company_id)s AND v.as_of >= %(start_date)s AND v.as_of < %(end_date)s
