-- Returned receipts that wait and name a collected debit by its end-to-end id, in the text where the bank gives none apart,
-- with the receipt of what was collected.
-- One that was settled before and undone is a person's.
-- Parameters: company_id int, line_ids bigint[] (NULL: all lines), name text (a pattern of such ids). Locks: none.
SELECT r.id, c.receipt_id
  FROM receipt r
  JOIN bank_line l ON l.id = r.bank_line_id
  JOIN debit_collection c ON c.company_id = r.company_id AND c.end_to_end_id
       = CASE WHEN l.end_to_end_id = '' THEN substring(upper(l.text) FROM %(name)s) ELSE l.end_to_end_id END
 WHERE r.company_id = %(company_id)s AND r.state = 'RETURNED' AND c.state = 'COLLECTED'
   AND (%(line_ids)s::bigint[] IS NULL OR r.bank_line_id = ANY(%(line_ids)s::bigint[]))
   AND NOT EXISTS (SELECT FROM debit_return b WHERE b.collection_id = c.id AND b.receipt_id = r.id)
 ORDER BY r.id
