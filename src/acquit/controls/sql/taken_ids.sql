-- The last id taken of each of these tables, and the sequence that gives them; zero where none was taken.
-- Parameters: tables text[]. Locks: none.
SELECT s.name, s.sequence::oid, coalesce(pg_sequence_last_value(s.sequence), 0)
  FROM (SELECT name, pg_get_serial_sequence(quote_ident(name), 'id')::regclass AS sequence
          FROM unnest(%(tables)s::text[]) AS name) s
