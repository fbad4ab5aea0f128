-- Customers created or changed: approved, and the values before and after kept.
-- Parameters: company_id int, start_date date, end_date date. Locks: none.
SELECT v.id::text AS key, v.kind, v.object_id AS customer_id, v.actor_id, v.recorded_at FROM event v
 WHERE v.company_id = %(company_id)s AND v.kind IN ('parties.customer.added', 'parties.customer.changed')
   AND v.recorded_at >= %(start_date)s AND v.recorded_at < %(end_date)s
