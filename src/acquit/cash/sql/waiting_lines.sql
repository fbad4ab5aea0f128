-- Bank lines whose money waits for a person, oldest first, as matching reads them, with their receipts.
-- Parameters: company_id int, after_id bigint, most int. Locks: none.
SELECT l.id, l.company_id, l.currency, l.amount, l.value_date, l.structured_reference, l.end_to_end_id, l.text,
       l.counterparty, l.iban, l.return_code, l.is_reversal, NULL::bigint, l.transaction_code, l.bank_code,
       l.own_iban, v.customer_id, l.original_amount, l.original_currency, r.id
  FROM receipt r
  JOIN bank_line l ON l.id = r.bank_line_id
  LEFT JOIN virtual_account v ON l.own_iban <> '' AND v.company_id = l.company_id AND v.account = l.own_iban
 WHERE r.company_id = %(company_id)s AND r.state IN ('PROPOSED', 'UNAPPLIED', 'UNIDENTIFIED') AND r.amount > 0
   AND l.id > %(after_id)s
 ORDER BY l.id
 LIMIT %(most)s
