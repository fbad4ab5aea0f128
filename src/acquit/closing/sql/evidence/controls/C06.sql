-- Numbers of invoices without gaps: documents of our own series.
-- Parameters: company_id int, start_date date, end_date date. Locks: none.
SELECT d.number AS key, d.id, d.series, d.kind, d.document_date, d.gross, d.currency FROM document d
 WHERE d.company_id = %(company_id)s AND d.document_date >= %(start_date)s AND d.document_date < %(end_date)s AND d.series <> ''
