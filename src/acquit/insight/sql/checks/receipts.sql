-- Receipts agree with their bank line, its details, their item and their decision
-- Parameters: none. Locks: none.
SELECT r.company_id, r.id AS receipt_id, r.state, r.currency, r.amount, 'bank line' AS disagrees
  FROM receipt r
  LEFT JOIN bank_line l ON l.id = r.bank_line_id
 WHERE r.bank_line_id IS NOT NULL
   AND (l.id IS NULL OR l.company_id <> r.company_id OR l.currency <> r.currency OR l.amount <> r.amount)
UNION ALL
SELECT r.company_id, r.id, r.state, r.currency, r.amount, 'item'
  FROM receipt r
  LEFT JOIN item i ON i.id = r.item_id
 WHERE (r.item_id IS NULL) <> (r.state IN ('IGNORED', 'SPLIT'))
    OR (r.item_id IS NOT NULL AND (i.id IS NULL OR i.company_id <> r.company_id OR i.currency <> r.currency
                                   OR i.original_amount <> -r.amount))
UNION ALL
SELECT coalesce(r.company_id, d.company_id), r.id, r.state, coalesce(r.currency, d.currency),
       coalesce(r.amount, d.amount), 'details'
  FROM (SELECT * FROM receipt WHERE state = 'SPLIT') r
  FULL JOIN (SELECT batch_line_id, company_id, currency, sum(amount) AS amount
               FROM bank_line WHERE batch_line_id IS NOT NULL GROUP BY 1, 2, 3) d
    ON d.batch_line_id = r.bank_line_id AND d.company_id = r.company_id AND d.currency = r.currency
 WHERE d.amount IS DISTINCT FROM r.amount
UNION ALL
SELECT r.company_id, r.id, r.state, r.currency, r.amount, 'decision'
  FROM receipt r
 WHERE r.decision_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.id = r.decision_id AND d.company_id = r.company_id)
