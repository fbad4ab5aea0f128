-- The names under which money came in since a day: how often, when last, and for whom as far as somebody decided.
-- Parameters: company_id int, since date. Locks: none.
SELECT l.counterparty, count(*), max(l.booking_date),
       coalesce(array_agg(DISTINCT r.customer_id) FILTER (WHERE r.customer_id IS NOT NULL), '{}')
  FROM bank_line l
  LEFT JOIN receipt r ON r.bank_line_id = l.id
 WHERE l.company_id = %(company_id)s AND l.booking_date >= %(since)s AND l.amount > 0 AND l.counterparty <> ''
 GROUP BY l.counterparty
 ORDER BY max(l.booking_date) DESC, l.counterparty
