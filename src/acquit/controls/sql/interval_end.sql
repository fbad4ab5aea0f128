-- Where the next interval of a table ends: at the key of a row that is there, so that ids nobody used make no block.
-- Parameters: first_id bigint, last_id bigint; table, key, most are put in. Locks: none.
SELECT max(r.key)
  FROM (SELECT {key} AS key FROM {table} WHERE {key} BETWEEN {first_id} AND {last_id} ORDER BY {key} LIMIT {most}) r
