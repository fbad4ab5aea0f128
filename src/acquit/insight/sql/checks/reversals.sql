-- Entries are reversed once, and line by line
-- An undo names opposite items in its lines, so lines are compared by account and size.
-- Parameters: none. Locks: none.
SELECT min(company_id) AS company_id, reverses_id AS entry_id, 'reversed twice' AS fault
  FROM journal_entry
 WHERE reverses_id IS NOT NULL
 GROUP BY reverses_id
HAVING count(*) > 1
UNION ALL
SELECT min(company_id), reversal_id, 'does not reverse exactly'
  FROM (SELECT r.company_id, r.id AS reversal_id, p.account_id, p.currency, p.amount, p.company_amount, p.group_amount
          FROM journal_entry r
          JOIN posting p ON p.entry_id = r.id
         WHERE r.reverses_id IS NOT NULL
        UNION ALL
        SELECT r.company_id, r.id, p.account_id, p.currency, p.amount, p.company_amount, p.group_amount
          FROM journal_entry r
          JOIN posting p ON p.entry_id = r.reverses_id) both_sides
 GROUP BY reversal_id, account_id, currency, abs(amount), abs(company_amount)
HAVING sum(amount) <> 0 OR sum(company_amount) <> 0 OR sum(group_amount) <> 0
