-- Postings have their entry, their account and their item, all of one company
-- Parameters: none. Locks: none.
SELECT p.company_id, p.entry_id, p.line_no, 'entry' AS missing, p.entry_id AS missing_id
  FROM posting p
 WHERE NOT EXISTS (SELECT 1 FROM journal_entry e WHERE e.id = p.entry_id)
UNION ALL
SELECT p.company_id, p.entry_id, p.line_no, 'account', p.account_id
  FROM posting p
 WHERE NOT EXISTS (SELECT 1 FROM ledger_account a WHERE a.id = p.account_id AND a.company_id = p.company_id)
UNION ALL
SELECT p.company_id, p.entry_id, p.line_no, 'item', p.item_id
  FROM posting p
 WHERE p.item_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM item i WHERE i.id = p.item_id AND i.company_id = p.company_id)
