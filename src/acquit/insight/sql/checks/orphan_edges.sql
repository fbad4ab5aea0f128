-- Edges have their clearing and both items, clearings the one they take back
-- Parameters: none. Locks: none.
SELECT e.company_id, e.id AS edge_id, 'clearing' AS missing, e.clearing_id AS missing_id
  FROM clearing_edge e
 WHERE NOT EXISTS (SELECT 1 FROM clearing c WHERE c.id = e.clearing_id)
UNION ALL
SELECT e.company_id, e.id, 'credit item', e.credit_item_id
  FROM clearing_edge e
 WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.id = e.credit_item_id)
UNION ALL
SELECT e.company_id, e.id, 'debit item', e.debit_item_id
  FROM clearing_edge e
 WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.id = e.debit_item_id)
UNION ALL
SELECT c.company_id, NULL, 'clearing taken back', c.reverses_id
  FROM clearing c
 WHERE c.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM clearing r WHERE r.id = c.reverses_id)
