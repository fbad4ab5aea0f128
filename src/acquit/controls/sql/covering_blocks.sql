-- The blocks and intervals that seal rows of a table with certain keys.
-- Parameters: table_name text, those of keys; keys is put in: a statement that gives keys. Locks: none.
SELECT DISTINCT i.seal_id, i.first_id, i.last_id, i.columns
  FROM ({keys}) k (key)
 CROSS JOIN LATERAL (SELECT s.seal_id, s.first_id, s.last_id, s.columns FROM audit_seal_interval s
                      WHERE s.table_name = %(table_name)s AND s.last_id >= k.key ORDER BY s.last_id LIMIT 1) i
 WHERE i.first_id <= k.key
 ORDER BY i.seal_id
