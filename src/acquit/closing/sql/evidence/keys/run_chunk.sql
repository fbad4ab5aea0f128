-- Steps of the period's close with their evidence, of each time it was closed.
-- Parameters: company_id int, start_date date, end_date date, first_id bigint, last_id bigint. Locks: none.
SELECT c.id FROM run_chunk c JOIN run r ON r.id = c.run_id
 WHERE r.company_id = %(company_id)s AND r.kind = 'CLOSE' AND starts_with(r.key, to_char(%(start_date)s::date, 'YYYY-MM-DD/'))
   AND c.id BETWEEN %(first_id)s AND %(last_id)s
