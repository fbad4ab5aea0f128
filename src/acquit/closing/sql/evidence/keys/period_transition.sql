-- Steps of the period's life.
-- Parameters: company_id int, start_date date, end_date date, first_id bigint, last_id bigint. Locks: none.
SELECT t.id FROM period_transition t JOIN period p ON p.id = t.period_id
 WHERE p.company_id = %(company_id)s AND p.start_date = %(start_date)s AND t.id BETWEEN %(first_id)s AND %(last_id)s
