-- Entries by hand: proposed by one, approved by another above the limit.
-- Parameters: company_id int, start_date date, end_date date. Locks: none.
SELECT m.id::text AS key, m.state, m.posting_date, m.company_amount, m.text, m.proposed_by_id, m.decided_by_id,
       m.entry_id FROM manual_entry m
 WHERE m.company_id = %(company_id)s AND m.posting_date >= %(start_date)s AND m.posting_date < %(end_date)s
