-- Each item's postings sum to its open amount, all on its control account
-- Parameters: control_roles json text (the account role of each kind that does not stand on 1200). Locks: none.
WITH booked AS (
  SELECT p.item_id, a.role, sum(p.amount) AS amount, sum(p.company_amount) AS company_amount
    FROM posting p
    JOIN ledger_account a ON a.id = p.account_id
   WHERE p.item_id IS NOT NULL
   GROUP BY p.item_id, a.role
), due AS (
  SELECT i.id, i.company_id, i.number, coalesce(o.open_amount, 0) AS amount,
         coalesce(o.open_company_amount, 0) AS company_amount,
         coalesce(%(control_roles)s::jsonb ->> i.kind, 'RECEIVABLES') AS role
    FROM item i
    LEFT JOIN open_item o ON o.item_id = i.id
)
SELECT d.company_id, d.id AS item_id, d.number, d.role, d.amount AS open_amount, coalesce(b.amount, 0) AS booked_amount,
       d.company_amount AS open_company_amount, coalesce(b.company_amount, 0) AS booked_company_amount
  FROM due d
  LEFT JOIN booked b ON b.item_id = d.id AND b.role = d.role
 WHERE coalesce(b.amount, 0) <> d.amount OR coalesce(b.company_amount, 0) <> d.company_amount
UNION ALL
SELECT d.company_id, d.id, d.number, b.role, 0, b.amount, 0, b.company_amount
  FROM booked b
  JOIN due d ON d.id = b.item_id
 WHERE b.role <> d.role
