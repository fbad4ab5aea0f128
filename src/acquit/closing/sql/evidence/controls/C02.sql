-- Bank accounts of customers added: two people, and a call back.
-- Parameters: company_id int, start_date date, end_date date. Locks: none.
SELECT v.id::text AS key, v.object_id AS customer_id, v.actor_id, v.recorded_at FROM event v
 WHERE v.company_id = %(company_id)s AND v.kind = 'parties.bank_account.added'
   AND v.recorded_at >= %(start_date)s AND v.recorded_at < %(end_date)s
