-- Documents that texts of receipts may name, with their items, open or not.
-- Parameters: company_id int, number_keys text, structured_references text (each normalised, with commas between: an array
-- of forty thousand texts would be written text by text). Locks: none.
-- Two look-ups, each by its own index: an OR of both would read more than either. What they found is looked up row by row
-- (OFFSET 0): the planner expects so many that it would read all documents and items instead.
WITH found AS (
  SELECT d.id FROM document d
   WHERE d.company_id = %(company_id)s AND d.number_key = ANY(string_to_array(%(number_keys)s, ',')) AND d.number_key <> ''
  UNION
  SELECT d.id FROM document d
   WHERE d.company_id = %(company_id)s AND d.structured_reference = ANY(string_to_array(%(structured_references)s, ','))
     AND d.structured_reference <> ''
)
SELECT d.customer_id, i.id, d.number, d.number_key, d.structured_reference, d.currency, d.gross
  FROM found f
 CROSS JOIN LATERAL (SELECT * FROM document WHERE id = f.id OFFSET 0) d
  LEFT JOIN LATERAL (SELECT id FROM item WHERE document_id = d.id OFFSET 0) i ON true
