-- Money that came from customers before: of one of these amounts (duplicates), or within a range (what a return undoes).
-- Parameters: company_id int, customer_ids bigint[], since date, amounts numeric[], least numeric, most numeric (NULL:
-- no range). Locks: none.
SELECT r.id, r.customer_id, r.currency, r.amount, r.value_date, coalesce(l.text, ''),
       coalesce(l.structured_reference, ''), coalesce(l.end_to_end_id, ''), r.state IN ('AUTO', 'CONFIRMED')
  FROM receipt r
  LEFT JOIN bank_line l ON l.id = r.bank_line_id
 WHERE r.company_id = %(company_id)s AND r.customer_id = ANY(%(customer_ids)s) AND r.value_date >= %(since)s
   AND (r.amount = ANY(%(amounts)s::numeric[]) OR r.amount BETWEEN %(least)s::numeric AND %(most)s::numeric)
 ORDER BY r.id
