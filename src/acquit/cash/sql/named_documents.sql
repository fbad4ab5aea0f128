-- Documents that texts of receipts may name, open or not.
-- Parameters: company_id int, number_keys text[], structured_references text[]. Locks: none.
SELECT d.customer_id, o.item_id, d.number, d.number_key, d.structured_reference
  FROM document d
  LEFT JOIN item i ON i.document_id = d.id
  LEFT JOIN open_item o ON o.item_id = i.id
 WHERE d.company_id = %(company_id)s
   AND (d.number_key = ANY(%(number_keys)s) OR (d.structured_reference = ANY(%(structured_references)s)
                                                AND d.structured_reference <> ''))
