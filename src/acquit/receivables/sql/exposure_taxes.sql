-- The tax in what is owed at the end of a day by customer and bucket, as exposures.sql has them, in company currency.
-- Parameters: company_id int, as_of date, decimals int (of the company's currency). Locks: none.
-- An item's tax is what its document's entry posted on output VAT, in proportion to what is open of the item; items that
-- carry others on have no document and count as without tax, which provides for more rather than less.
SELECT customer_id,
       CASE WHEN due_date >= %(as_of)s THEN 0 WHEN due_date >= %(as_of)s::date - 30 THEN 1
            WHEN due_date >= %(as_of)s::date - 60 THEN 2 WHEN due_date >= %(as_of)s::date - 90 THEN 3 ELSE 4 END AS bucket,
       sum(round(amount * tax / company_amount, %(decimals)s))
  FROM (SELECT owed.customer_id, i.due_date, i.company_amount, sum(owed.amount) AS amount,
               (SELECT coalesce(-sum(p.company_amount), 0)
                  FROM journal_entry e
                  JOIN posting p ON p.entry_id = e.id
                  JOIN ledger_account a ON a.id = p.account_id AND a.role = 'OUTPUT_VAT'
                 WHERE e.document_id = i.document_id) AS tax
          FROM (SELECT item_id, customer_id, open_company_amount AS amount
                  FROM open_item
                 WHERE company_id = %(company_id)s AND is_debit AND posting_date <= %(as_of)s
                UNION ALL
                SELECT debit_item_id, customer_id, debit_company_amount
                  FROM clearing_edge
                 WHERE company_id = %(company_id)s AND debit_is_owed AND effective_date > %(as_of)s
                   AND debit_posting_date <= %(as_of)s) owed
          JOIN item i ON i.id = owed.item_id
         WHERE i.document_id IS NOT NULL AND i.company_amount <> 0
         GROUP BY owed.customer_id, i.id) taxed
 WHERE tax <> 0 AND amount <> 0
 GROUP BY 1, 2
 ORDER BY 1, 2
