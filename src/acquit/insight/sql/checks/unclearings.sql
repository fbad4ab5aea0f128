-- Clearings are taken back once, exactly, and not before they were made
-- Parameters: none. Locks: none.
SELECT min(company_id) AS company_id, reverses_id AS clearing_id, 'taken back twice' AS fault
  FROM clearing
 WHERE reverses_id IS NOT NULL
 GROUP BY reverses_id
HAVING count(*) > 1
UNION ALL
SELECT r.company_id, r.id, CASE WHEN c.reverses_id IS NOT NULL THEN 'takes back a taking back'
                                WHEN r.company_id <> c.company_id THEN 'takes back a clearing of another company'
                                ELSE 'is dated before the clearing it takes back' END
  FROM clearing r
  JOIN clearing c ON c.id = r.reverses_id
 WHERE c.reverses_id IS NOT NULL OR r.company_id <> c.company_id OR r.effective_date < c.effective_date
UNION ALL
SELECT min(company_id), reversal_id, 'does not take back exactly'
  FROM (SELECT r.company_id, r.id AS reversal_id, e.credit_item_id, e.debit_item_id, e.amount, e.credit_company_amount,
               e.debit_company_amount
          FROM clearing r
          JOIN clearing_edge e ON e.clearing_id = r.id
         WHERE r.reverses_id IS NOT NULL
        UNION ALL
        SELECT r.company_id, r.id, e.credit_item_id, e.debit_item_id, e.amount, e.credit_company_amount,
               e.debit_company_amount
          FROM clearing r
          JOIN clearing_edge e ON e.clearing_id = r.reverses_id) both_sides
 GROUP BY reversal_id, credit_item_id, debit_item_id, abs(amount)
HAVING sum(amount) <> 0 OR sum(credit_company_amount) <> 0 OR sum(debit_company_amount) <> 0
