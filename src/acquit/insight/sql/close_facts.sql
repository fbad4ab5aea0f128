-- What a period's end must know: its documents and entries, what crosses its ends, bank lines nobody decided about.
-- Parameters: company_id int, start_date date, end_date date (half-open). Locks: none.
SELECT (SELECT count(*) FROM document WHERE company_id = %(company_id)s
           AND posting_date >= %(start_date)s AND posting_date < %(end_date)s),
       (SELECT count(*) FROM journal_entry WHERE company_id = %(company_id)s
           AND posting_date >= %(start_date)s AND posting_date < %(end_date)s),
       (SELECT count(*) FROM document WHERE company_id = %(company_id)s
           AND posting_date >= %(start_date)s AND posting_date < %(end_date)s AND tax_point_date >= %(end_date)s),
       (SELECT count(*) FROM document WHERE company_id = %(company_id)s
           AND posting_date >= %(end_date)s AND tax_point_date < %(end_date)s AND tax_point_date >= %(start_date)s),
       (SELECT count(*) FROM bank_line l LEFT JOIN receipt r ON r.bank_line_id = l.id
         WHERE l.company_id = %(company_id)s AND l.booking_date < %(end_date)s AND r.id IS NULL)
