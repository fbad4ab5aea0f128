-- Accounts and names that were confirmed for more than one customer of a company.
-- Parameters: company_ids int[]. Locks: none.
SELECT id FROM (
  SELECT a.id, count(*) OVER (PARTITION BY a.company_id, a.kind, a.alias) AS customers
    FROM payer_alias a
   WHERE a.company_id = ANY(%(company_ids)s)
) shared
 WHERE customers > 1
 ORDER BY id
