-- The rows of a sealed interval in order: each one's hash, and the text that was hashed of those that may be shown.
-- Parameters: first_id bigint, last_id bigint, those of keys; table, columns, key, ordering, keys are put in. Locks: none.
SELECT encode(sha256(convert_to(r.row_text, 'UTF8')), 'hex'), CASE WHEN r.is_shown THEN r.row_text END
  FROM (SELECT json_build_array({columns})::text AS row_text, {key} IN ({keys}) AS is_shown, {ordering}
          FROM {table} WHERE {key} BETWEEN {first_id} AND {last_id}) r
 ORDER BY {ordering}
