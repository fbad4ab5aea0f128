-- Transactions of this database that took an id of one of these sequences and have not ended.
-- Parameters: sequences oid[]. Locks: none; nobody waits for this, this waits for others.
-- Who takes an id holds a row-exclusive lock on its sequence until the transaction ends, before the id is taken.
SELECT DISTINCT l.virtualtransaction
  FROM pg_locks l
 WHERE l.locktype = 'relation' AND l.relation = ANY (%(sequences)s::oid[]) AND l.mode = 'RowExclusiveLock' AND l.granted
   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND l.pid IS DISTINCT FROM pg_backend_pid()
