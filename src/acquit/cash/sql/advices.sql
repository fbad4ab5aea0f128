-- Remittance advices that may speak of payments, each found by its own index; none that a corrected one supersedes.
-- Parameters: company_id int, amounts numeric[] with currencies text[] beside it (an advice may say no currency),
-- reference_keys, payer_keys, document_keys text[], since date (NULL: any). Locks: none.
WITH found AS (
  SELECT a.id
    FROM unnest(%(amounts)s::numeric[], %(currencies)s::text[]) paid (amount, currency)
    JOIN remittance_advice a ON a.company_id = %(company_id)s AND a.total_amount = paid.amount
     AND a.currency IN (paid.currency, '')
  UNION
  SELECT a.id
    FROM unnest(%(amounts)s::numeric[], %(currencies)s::text[]) paid (amount, currency)
    JOIN remittance_advice a ON a.company_id = %(company_id)s AND a.deposit_amount = paid.amount
     AND a.currency IN (paid.currency, '')
  UNION
  SELECT a.id FROM remittance_advice a
   WHERE a.company_id = %(company_id)s AND a.reference_key = ANY(%(reference_keys)s::text[]) AND a.reference_key <> ''
  UNION
  SELECT a.id FROM remittance_advice a
   WHERE a.company_id = %(company_id)s AND a.payer_key = ANY(%(payer_keys)s::text[]) AND a.payer_key <> ''
  UNION
  SELECT l.advice_id FROM remittance_advice_line l
   WHERE l.company_id = %(company_id)s AND l.document_key = ANY(%(document_keys)s::text[]) AND l.document_key <> ''
)
SELECT a.id, a.file_id, a.supersedes_id, a.format, a.advice_number, a.payer_name, a.payer_number, a.payer_iban, a.payee,
       a.payment_reference, a.payment_date, a.currency, a.total_amount, a.sender, a.subject, a.other_numbers,
       a.payer_key, a.reference_key, a.deposit_reference, a.deposit_amount
  FROM found f
  JOIN remittance_advice a ON a.id = f.id
 WHERE (%(since)s::date IS NULL OR a.payment_date IS NULL OR a.payment_date >= %(since)s)
   AND NOT EXISTS (SELECT FROM remittance_advice later WHERE later.supersedes_id = a.id)
 ORDER BY a.id
