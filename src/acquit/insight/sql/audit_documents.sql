-- The documents of a company in an interval of days with their lines, in the order of days; one row a line, and one
-- without line facts for a document that has none.
-- Parameters: company_id int, from_date date, until_date date (both inside). Locks: none.
SELECT d.id, d.customer_id, d.kind, d.number, d.currency, d.document_date, d.tax_point_date, d.posting_date, d.due_date,
       d.payment_terms, d.customer_po, d.net, d.tax, d.gross,
       (SELECT sum(i.company_amount) FROM item i WHERE i.document_id = d.id),
       l.line_no, l.product, l.description, l.quantity, l.price, l.net, l.tax_code, l.tax_rate, l.tax
  FROM document d
  LEFT JOIN document_line l ON l.document_id = d.id
 WHERE d.company_id = %(company_id)s AND d.posting_date >= %(from_date)s AND d.posting_date <= %(until_date)s
 ORDER BY d.posting_date, d.id, l.line_no
