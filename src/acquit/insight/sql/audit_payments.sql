-- The payments a company received in an interval of days, in the order of days; a returned one stands with its own sign.
-- Parameters: company_id int, kinds text[], from_date, until_date date (both inside). Locks: none.
SELECT i.id, i.number, i.posting_date, i.customer_id, i.kind, i.currency, -i.original_amount, -i.company_amount
  FROM item i
 WHERE i.company_id = %(company_id)s AND i.kind = ANY(%(kinds)s)
   AND i.posting_date >= %(from_date)s AND i.posting_date <= %(until_date)s
 ORDER BY i.posting_date, i.id
