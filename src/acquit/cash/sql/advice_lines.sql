-- The lines of remittance advices, in their order.
-- Parameters: advice_ids bigint[]. Locks: none.
SELECT l.advice_id, l.line_no, l.document, l.document_key, l.paid_amount, l.gross_amount, l.discount_amount,
       l.deduction_amount, l.reason_code, l.reason_text, l.order_number, l.document_date, l.adjustment_kind,
       l.other_numbers
  FROM remittance_advice_line l
 WHERE l.advice_id = ANY(%(advice_ids)s::bigint[])
 ORDER BY l.advice_id, l.line_no
