-- The tax codes and rates on the lines of a company's documents in an interval of days.
-- Parameters: company_id int, from_date, until_date date (both inside). Locks: none.
SELECT DISTINCT l.tax_code, l.tax_rate
  FROM document d
  JOIN document_line l ON l.document_id = d.id
 WHERE d.company_id = %(company_id)s AND d.posting_date >= %(from_date)s AND d.posting_date <= %(until_date)s
 ORDER BY 1, 2
