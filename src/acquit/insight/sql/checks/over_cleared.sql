-- No item is cleared by more than it was, or uncleared by more than it was cleared
-- Parameters: none. Locks: none.
WITH moved AS (
  SELECT item_id, sum(change) AS change
    FROM (SELECT debit_item_id AS item_id, -amount AS change FROM clearing_edge
          UNION ALL
          SELECT credit_item_id, amount FROM clearing_edge) sides
   GROUP BY item_id
)
SELECT i.company_id, i.id AS item_id, i.number, i.original_amount, i.original_amount + m.change AS left_amount
  FROM item i
  JOIN moved m ON m.item_id = i.id
 WHERE i.original_amount + m.change NOT BETWEEN least(i.original_amount, 0) AND greatest(i.original_amount, 0)
