-- Policy versions that held on some day of the period: the company's, and those for all companies.
-- Parameters: company_id int, start_date date, end_date date, first_id bigint, last_id bigint. Locks: none.
SELECT p.id FROM policy_version p
 WHERE (p.company_id = %(company_id)s OR p.company_id IS NULL) AND p.valid_from < %(end_date)s
   AND p.id BETWEEN %(first_id)s AND %(last_id)s
   AND NOT EXISTS (SELECT 1 FROM policy_version n WHERE n.kind = p.kind AND n.company_id IS NOT DISTINCT FROM p.company_id
                      AND n.valid_from <= %(start_date)s AND (n.valid_from, n.version) > (p.valid_from, p.version))
