-- Rows of a table as JSON objects, by key.
-- Parameters: those of keys; table, key, keys are put in. Locks: none.
SELECT row_to_json(r)::text FROM {table} r WHERE r.{key} IN ({keys}) ORDER BY r.{key}
