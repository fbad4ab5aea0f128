-- Advices that nothing supersedes, by who sent them under which number: what a corrected one may take the place of.
-- Parameters: company_id int, payer_keys text[] with number_keys text[] beside it. Locks: none; the caller holds the
-- company's advices.
SELECT a.payer_key, a.number_key, a.id, a.payment_date, a.total_amount
  FROM unnest(%(payer_keys)s::text[], %(number_keys)s::text[]) wanted (payer_key, number_key)
  JOIN remittance_advice a ON a.company_id = %(company_id)s AND a.payer_key = wanted.payer_key
   AND a.number_key = wanted.number_key AND a.payer_key <> ''
 WHERE NOT EXISTS (SELECT FROM remittance_advice later WHERE later.supersedes_id = a.id)
 ORDER BY a.id
