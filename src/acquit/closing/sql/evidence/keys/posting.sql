-- Postings of entries posted in the period, by their entry.
-- Parameters: company_id int, start_date date, end_date date, first_id bigint, last_id bigint. Locks: none.
SELECT entry_id FROM posting
 WHERE company_id = %(company_id)s AND posting_date >= %(start_date)s AND posting_date < %(end_date)s
   AND entry_id BETWEEN %(first_id)s AND %(last_id)s
