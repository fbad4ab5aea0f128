-- Decisions behind the clearings, receipts, cases and write-offs of the period.
-- Parameters: company_id int, start_date date, end_date date, first_id bigint, last_id bigint. Locks: none.
SELECT d.id FROM decision d
 WHERE d.company_id = %(company_id)s AND d.id BETWEEN %(first_id)s AND %(last_id)s
   AND (d.id IN (SELECT c.decision_id FROM clearing c WHERE c.company_id = %(company_id)s
                    AND c.effective_date >= %(start_date)s AND c.effective_date < %(end_date)s)
        OR d.subject_kind = 'RECEIPT' AND d.subject_id IN (SELECT r.id FROM receipt r WHERE r.company_id = %(company_id)s
                    AND r.value_date >= %(start_date)s AND r.value_date < %(end_date)s)
        OR d.id IN (SELECT s.decision_id FROM dispute s WHERE s.company_id = %(company_id)s
                    AND s.opened_date >= %(start_date)s AND s.opened_date < %(end_date)s)
        OR d.id IN (SELECT w.decision_id FROM write_off w WHERE w.company_id = %(company_id)s
                    AND w.effective_date >= %(start_date)s AND w.effective_date < %(end_date)s))
