-- Periods locked and reopened: a reopening by two people.
-- Parameters: company_id int, start_date date, end_date date. Locks: none.
SELECT t.id::text AS key, p.start_date, t.from_status, t.to_status, t.is_reopening, t.reason, t.actor_id, t.approver_id,
       t.recorded_at FROM period_transition t JOIN period p ON p.id = t.period_id
 WHERE t.company_id = %(company_id)s AND p.start_date >= %(start_date)s AND p.start_date < %(end_date)s
