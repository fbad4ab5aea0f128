-- What is owed at the end of a day by customer and bucket (0 not due .. 4 above 90 days), in company currency; debits only.
-- Parameters: company_id int, as_of date. Locks: none. As in ageing_as_of.sql: open now and posted by
-- then, plus what was cleared after; a debit's sign never changes, so the debit side of the edges tells all.
SELECT customer_id,
       CASE WHEN due_date >= %(as_of)s THEN 0 WHEN due_date >= %(as_of)s::date - 30 THEN 1
            WHEN due_date >= %(as_of)s::date - 60 THEN 2 WHEN due_date >= %(as_of)s::date - 90 THEN 3 ELSE 4 END AS bucket,
       sum(amount)
  FROM (SELECT customer_id, due_date, open_company_amount AS amount
          FROM open_item
         WHERE company_id = %(company_id)s AND is_debit AND posting_date <= %(as_of)s
        UNION ALL
        SELECT customer_id, debit_due_date, debit_company_amount
          FROM clearing_edge
         WHERE company_id = %(company_id)s AND debit_is_owed AND effective_date > %(as_of)s
           AND debit_posting_date <= %(as_of)s) owed
 GROUP BY 1, 2
HAVING sum(amount) <> 0
 ORDER BY 1, 2
