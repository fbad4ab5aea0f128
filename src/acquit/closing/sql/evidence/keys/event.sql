-- Events about the period itself and its documents, entries, clearings and receipts, and about policies and grants.
-- Parameters: company_id int, start_date date, end_date date, first_id bigint, last_id bigint. Locks: none.
SELECT v.id FROM event v
 WHERE v.company_id = %(company_id)s AND v.id BETWEEN %(first_id)s AND %(last_id)s
   AND (v.object_kind IN ('POLICY', 'USER')
        OR v.object_kind = 'PERIOD' AND v.object_id IN (SELECT id FROM period WHERE company_id = %(company_id)s
                    AND start_date = %(start_date)s)
        OR v.object_kind = 'DOCUMENT' AND v.object_id IN (SELECT id FROM document WHERE company_id = %(company_id)s
                    AND posting_date >= %(start_date)s AND posting_date < %(end_date)s)
        OR v.object_kind = 'ENTRY' AND v.object_id IN (SELECT id FROM journal_entry WHERE company_id = %(company_id)s
                    AND posting_date >= %(start_date)s AND posting_date < %(end_date)s)
        OR v.object_kind = 'CLEARING' AND v.object_id IN (SELECT id FROM clearing WHERE company_id = %(company_id)s
                    AND effective_date >= %(start_date)s AND effective_date < %(end_date)s)
        OR v.object_kind = 'RECEIPT' AND v.object_id IN (SELECT id FROM receipt WHERE company_id = %(company_id)s
                    AND value_date >= %(start_date)s AND value_date < %(end_date)s))
