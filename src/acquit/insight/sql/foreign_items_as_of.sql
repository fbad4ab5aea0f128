-- Open items of a company in other currencies than its own, as they stood at the end of a day, with their book value.
-- Parameters: company_id int, company_currency text, as_of date. Locks: none.
-- Open then is what is open now and was posted by then, plus what was cleared after (receivables/sql/ageing_as_of.sql).
WITH movement AS (
  SELECT item_id, kind, currency, open_amount AS amount, open_company_amount AS booked
    FROM open_item
   WHERE company_id = %(company_id)s AND currency <> %(company_currency)s AND posting_date <= %(as_of)s
  UNION ALL
  SELECT debit_item_id, debit_kind, currency, amount, debit_company_amount
    FROM clearing_edge
   WHERE company_id = %(company_id)s AND currency <> %(company_currency)s AND effective_date > %(as_of)s
     AND debit_posting_date <= %(as_of)s
  UNION ALL
  SELECT credit_item_id, credit_kind, currency, -amount, -credit_company_amount
    FROM clearing_edge
   WHERE company_id = %(company_id)s AND currency <> %(company_currency)s AND effective_date > %(as_of)s
     AND credit_posting_date <= %(as_of)s
)
SELECT item_id, kind, currency, sum(amount), sum(booked)
  FROM movement
 GROUP BY item_id, kind, currency
HAVING sum(amount) <> 0
 ORDER BY item_id
