-- How much a company has in its books on a day: documents, items still open, and what was cleared by currency.
-- Parameters: company_id int, as_of date, is_today bool (then the live set is read as it is). Locks: none.
-- An item was open then by what is open of it now and was posted by then, plus what was cleared after (ageing_as_of.sql);
-- a taken-back clearing is an edge below zero, so the sum of the edges is what is cleared.
WITH movement AS (
  SELECT item_id, kind, posting_date, open_amount AS amount
    FROM open_item WHERE company_id = %(company_id)s
  UNION ALL
  SELECT debit_item_id, debit_kind, debit_posting_date, amount
    FROM clearing_edge WHERE company_id = %(company_id)s AND effective_date > %(as_of)s AND NOT %(is_today)s
  UNION ALL
  SELECT credit_item_id, credit_kind, credit_posting_date, -amount
    FROM clearing_edge WHERE company_id = %(company_id)s AND effective_date > %(as_of)s AND NOT %(is_today)s
), open_then AS (
  SELECT item_id
    FROM movement
   WHERE (posting_date <= %(as_of)s OR %(is_today)s)
     AND kind NOT IN ('PAYMENT', 'PAYMENT_TRANSFER', 'RETURNED_PAYMENT')
   GROUP BY item_id
  HAVING sum(amount) <> 0
)
SELECT (SELECT count(*) FROM document WHERE company_id = %(company_id)s),
       (SELECT count(*) FROM open_then),
       coalesce((SELECT jsonb_object_agg(currency, amount::text)
                   FROM (SELECT currency, sum(amount) AS amount
                           FROM clearing_edge
                          WHERE company_id = %(company_id)s AND (effective_date <= %(as_of)s OR %(is_today)s)
                          GROUP BY currency) cleared), '{}')
