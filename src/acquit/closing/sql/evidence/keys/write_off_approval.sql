-- Approvals of write-offs that took effect in the period.
-- Parameters: company_id int, start_date date, end_date date, first_id bigint, last_id bigint. Locks: none.
SELECT a.id FROM write_off_approval a JOIN write_off w ON w.id = a.write_off_id
 WHERE w.company_id = %(company_id)s AND w.effective_date >= %(start_date)s AND w.effective_date < %(end_date)s
   AND a.id BETWEEN %(first_id)s AND %(last_id)s
