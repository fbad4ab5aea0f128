-- The statements of bank accounts up to a day, each with the sum of the lines it was the first to bring.
-- A sum whose details stand in its place (SPLIT) counts by these.
-- Parameters: bank_account_ids bigint[], as_of date. Locks: none.
SELECT s.bank_account_id, s.id, coalesce(nullif(s.sequence, ''), s.statement_id), s.opening_date,
       coalesce(s.closing_date, l.last_date, s.opening_date) AS day, s.opening_amount, s.closing_amount, s.is_balanced,
       coalesce(l.amount, 0), coalesce(l.count, 0)
  FROM bank_statement s
  LEFT JOIN (SELECT statement_id, sum(amount) AS amount, count(*) AS count, max(booking_date) AS last_date
               FROM bank_line b
              WHERE bank_account_id = ANY(%(bank_account_ids)s)
                AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.bank_line_id = b.id AND r.state = 'SPLIT')
              GROUP BY statement_id) l ON l.statement_id = s.id
 WHERE s.bank_account_id = ANY(%(bank_account_ids)s)
   AND coalesce(s.closing_date, l.last_date, s.opening_date) <= %(as_of)s
 ORDER BY s.bank_account_id, day, s.id
