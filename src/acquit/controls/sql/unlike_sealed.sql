-- Of one table's intervals sealed with the same columns: how many rows they hold now, the first block that differs.
-- Parameters: table_name text, sealed_columns text; rows is put in: `sealed_rows.sql` over p's interval. Locks: none.
SELECT coalesce(sum(now.row_count), 0),
       min(p.seal_id) FILTER (WHERE (now.row_count, now.rows_hash, now.marks) <> (p.row_count, p.rows_hash, p.marks))
  FROM audit_seal_interval p
 CROSS JOIN LATERAL ({rows}) now
 WHERE p.table_name = %(table_name)s AND p.columns = %(sealed_columns)s
