-- Documents posted in the period.
-- Parameters: company_id int, start_date date, end_date date, first_id bigint, last_id bigint. Locks: none.
SELECT id FROM document
 WHERE company_id = %(company_id)s AND posting_date >= %(start_date)s AND posting_date < %(end_date)s
   AND id BETWEEN %(first_id)s AND %(last_id)s
