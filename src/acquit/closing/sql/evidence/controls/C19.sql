-- Who held which role: reviewed each quarter, leavers ended in a day.
-- Parameters: company_id int, start_date date, end_date date. Locks: none.
SELECT g.id::text AS key, g.user_id, g.role, g.valid_from, g.valid_until, g.granted_by_id FROM role_grant g
 WHERE g.company_id = %(company_id)s AND g.valid_from < %(end_date)s
   AND (g.valid_until IS NULL OR g.valid_until > %(start_date)s)
