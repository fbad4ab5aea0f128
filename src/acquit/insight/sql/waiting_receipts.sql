-- Receipts of before a period's end that wait for a person, by currency.
-- Parameters: company_id int, end_date date (outside), waiting_states text[]. Locks: none.
SELECT currency, count(*), sum(amount)
  FROM receipt
 WHERE company_id = %(company_id)s AND value_date < %(end_date)s AND state = ANY(%(waiting_states)s)
 GROUP BY currency
 ORDER BY currency
