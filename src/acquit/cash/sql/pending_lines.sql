-- Bank lines nobody has decided about yet, of these, oldest first; a virtual account that was paid says whose money it is.
-- Parameters: company_id int, line_ids bigint[]. Locks: none.
-- Whether a line has a receipt is looked up line by line: a join would read all receipts there are, chunk after chunk.
SELECT l.id, l.company_id, l.currency, l.amount, l.value_date, l.structured_reference, l.end_to_end_id, l.text,
       l.counterparty, l.iban, l.return_code, l.is_reversal, NULL::bigint, l.transaction_code, l.bank_code,
       l.own_iban, v.customer_id, l.original_amount, l.original_currency, l.booking_date, l.bank_reference
  FROM bank_line l
  LEFT JOIN LATERAL (SELECT r.id FROM receipt r WHERE r.bank_line_id = l.id LIMIT 1) decided ON true
  LEFT JOIN virtual_account v ON l.own_iban <> '' AND v.company_id = l.company_id AND v.account = l.own_iban
 WHERE l.company_id = %(company_id)s AND l.id = ANY(%(line_ids)s::bigint[]) AND decided.id IS NULL
 ORDER BY l.id
