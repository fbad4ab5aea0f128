-- A control's sample: the rows whose hashes with the seed come first, so anyone draws the same.
-- Parameters: seed text, size int, those of population; population is put in. Locks: none.
SELECT row_to_json(p)::text FROM ({population}) p
 ORDER BY sha256(convert_to(%(seed)s || ':' || p.key, 'UTF8')), p.key LIMIT %(size)s
