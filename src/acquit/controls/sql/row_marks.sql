-- The rows of an interval with their keys and marks, in the order they are sealed.
-- Parameters: first_id bigint, last_id bigint; table, columns, key, ordering are put in as names. Locks: none.
SELECT substr(sha256(convert_to(json_build_array({columns})::text, 'UTF8')), 1, {mark_bytes}), {ordering}
  FROM {table}
 WHERE {key} BETWEEN {first_id} AND {last_id}
 ORDER BY {ordering}
