-- Open items sum to their control account, by company, account and currency
-- Parameters: control_roles json text (the account role of each kind that does not stand on 1200), control_accounts text[] (roles).
-- Locks: none.
WITH subledger AS (
  SELECT company_id, coalesce(%(control_roles)s::jsonb ->> kind, 'RECEIVABLES') AS role,
         currency, sum(open_amount) AS amount, sum(open_company_amount) AS company_amount
    FROM open_item
   WHERE coalesce(%(control_roles)s::jsonb ->> kind, 'RECEIVABLES') = ANY(%(control_accounts)s)
   GROUP BY 1, 2, 3
), control AS (
  SELECT a.company_id, a.role, p.currency, sum(p.amount) AS amount, sum(p.company_amount) AS company_amount
    FROM posting p
    JOIN ledger_account a ON a.id = p.account_id
   WHERE a.role = ANY(%(control_accounts)s)
   GROUP BY 1, 2, 3
)
SELECT company_id, role, currency, coalesce(s.amount, 0) AS items, coalesce(c.amount, 0) AS account,
       coalesce(s.company_amount, 0) AS items_company, coalesce(c.company_amount, 0) AS account_company
  FROM subledger s
  FULL JOIN control c USING (company_id, role, currency)
 WHERE coalesce(s.amount, 0) <> coalesce(c.amount, 0) OR coalesce(s.company_amount, 0) <> coalesce(c.company_amount, 0)
