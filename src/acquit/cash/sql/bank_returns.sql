-- Returned receipts that wait, with the collection each takes back: by its end-to-end id, or by the receipt its decision
-- names.
-- Parameters: company_id int. Locks: none.
SELECT r.id, c.id
  FROM receipt r
  JOIN bank_line l ON l.id = r.bank_line_id
  JOIN debit_collection c ON c.company_id = r.company_id AND c.end_to_end_id = l.end_to_end_id
 WHERE r.company_id = %(company_id)s AND r.state = 'RETURNED' AND c.state = 'COLLECTED'
UNION
SELECT r.id, c.id
  FROM receipt r
  JOIN decision d ON d.id = r.decision_id
  JOIN debit_collection c ON c.company_id = r.company_id AND c.receipt_id = (d.proof ->> 'returns')::bigint
 WHERE r.company_id = %(company_id)s AND r.state = 'RETURNED' AND c.state = 'COLLECTED'
 ORDER BY 1
