-- Open items of customers with what their documents say of payment and what of them is contested, for matching.
-- Parameters: company_id int, customer_ids bigint[], item_ids bigint[] (NULL: all of theirs). Locks: none; the caller holds the customers.
-- Items and documents are looked up row by row (OFFSET 0): joined, all there are would be read for each chunk of receipts.
SELECT o.item_id, o.customer_id, o.kind, i.number, coalesce(d.number_key, ''), coalesce(d.structured_reference, ''),
       o.currency, o.open_amount, o.original_amount,
       coalesce(d.net, 0), coalesce(d.gross, 0), o.due_date, i.baseline_date, o.posting_date,
       coalesce(d.payment_terms, ''), coalesce(d.customer_po, ''), coalesce(c.amount, 0)
  FROM open_item o
 CROSS JOIN LATERAL (SELECT * FROM item WHERE id = o.item_id OFFSET 0) i
  LEFT JOIN LATERAL (SELECT * FROM document WHERE id = i.document_id OFFSET 0) d ON true
  LEFT JOIN (SELECT item_id, sum(amount) AS amount
               FROM dispute
              WHERE company_id = %(company_id)s AND customer_id = ANY(%(customer_ids)s) AND closed_date IS NULL
              GROUP BY item_id) c ON c.item_id = o.item_id
 WHERE o.company_id = %(company_id)s AND o.customer_id = ANY(%(customer_ids)s)
   AND (%(item_ids)s::bigint[] IS NULL OR o.item_id = ANY(%(item_ids)s::bigint[]))
