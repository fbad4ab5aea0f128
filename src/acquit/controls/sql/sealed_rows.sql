-- What is sealed of a table's rows with keys in an interval: how many, the hash over their hashes, the mark of each.
-- Parameters: first_id bigint, last_id bigint; table, columns, key, ordering are put in as names. Locks: none.
SELECT count(*) AS row_count,
       encode(sha256(coalesce(string_agg(r.row_hash, ''::bytea ORDER BY {ordering}), ''::bytea)), 'hex') AS rows_hash,
       coalesce(string_agg(substr(r.row_hash, 1, {mark_bytes}), ''::bytea ORDER BY {ordering}), ''::bytea) AS marks
  FROM (SELECT {ordering}, sha256(convert_to(json_build_array({columns})::text, 'UTF8')) AS row_hash
          FROM {table} WHERE {key} BETWEEN {first_id} AND {last_id}) r
