-- Booked bank lines with what became of each and the parts of the decision that holds, in the order they were stored.
-- Parameters: company_ids int[], since date (NULL: all), after_id bigint, most int. Locks: none.
SELECT l.id, l.company_id, coalesce(nullif(a.written, ''), a.account), l.booking_date, l.amount, l.currency,
       l.bank_reference, coalesce(r.state, ''), r.customer_id, r.decision_id,
       (d.proof - '{receipt,refused,policy,customer_candidates}'::text[])::text
  FROM bank_line l
  JOIN bank_account a ON a.id = l.bank_account_id
  LEFT JOIN receipt r ON r.bank_line_id = l.id
  LEFT JOIN decision d ON d.id = r.decision_id
 WHERE l.company_id = ANY(%(company_ids)s) AND l.id > %(after_id)s AND r.state IS DISTINCT FROM 'SPLIT'
   AND (%(since)s::date IS NULL OR l.booking_date >= %(since)s::date)
 ORDER BY l.id
 LIMIT %(most)s
