-- Transactions of this database that may still bring in events with ids at or below what was taken so far.
-- Parameters: none. Locks: none; nobody waits for this, this waits for others.
-- An event takes its id while its INSERT or COPY holds a row-exclusive lock on the table until its transaction ends.
SELECT l.virtualtransaction
  FROM pg_locks l
 WHERE l.locktype = 'relation' AND l.relation = 'event'::regclass AND l.mode = 'RowExclusiveLock' AND l.granted
   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND l.pid IS DISTINCT FROM pg_backend_pid()
