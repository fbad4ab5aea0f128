-- Open amounts are the original minus the clearings, in document and company currency
-- Both directions: a row of the live set that should not be there, one that is missing, one with another amount.
-- Parameters: none. Locks: none.
WITH moved AS (
  SELECT item_id, sum(change) AS change, sum(company_change) AS company_change
    FROM (SELECT debit_item_id AS item_id, -amount AS change, -debit_company_amount AS company_change FROM clearing_edge
          UNION ALL
          SELECT credit_item_id, amount, credit_company_amount FROM clearing_edge) sides
   GROUP BY item_id
)
SELECT coalesce(i.company_id, o.company_id) AS company_id, coalesce(i.id, o.item_id) AS item_id, i.number,
       i.original_amount + coalesce(m.change, 0) AS expected_amount, o.open_amount,
       i.company_amount + coalesce(m.company_change, 0) AS expected_company_amount, o.open_company_amount
  FROM item i
  LEFT JOIN moved m ON m.item_id = i.id
  FULL JOIN open_item o ON o.item_id = i.id
 WHERE i.id IS NULL
    OR coalesce(o.open_amount, 0) <> i.original_amount + coalesce(m.change, 0)
    OR coalesce(o.open_company_amount, 0) <> i.company_amount + coalesce(m.company_change, 0)
