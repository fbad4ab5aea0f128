-- Documents that texts of receipts may name, with their items, open or not.
-- Parameters: company_id int, number_keys text, structured_references text (each normalised, with commas between: an array
-- of forty thousand texts would be written text by text). Locks: none.
-- Two look-ups, each by its own index: an OR of both would read more than either.
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
  JOIN document d ON d.id = f.id
  LEFT JOIN item i ON i.document_id = d.id
