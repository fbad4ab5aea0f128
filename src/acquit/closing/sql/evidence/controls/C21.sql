-- Cut-off of revenue: documents posted in another period than their tax point.
-- Parameters: company_id int, start_date date, end_date date. Locks: none.
SELECT d.number AS key, d.id, d.posting_date, d.tax_point_date, d.net, d.currency FROM document d
 WHERE d.company_id = %(company_id)s
   AND (d.posting_date >= %(start_date)s AND d.posting_date < %(end_date)s)
    <> (d.tax_point_date >= %(start_date)s AND d.tax_point_date < %(end_date)s)
