-- Entries balance in document, company and group currency
-- A violation is an entry whose postings in a currency do not sum to zero in one of the three columns.
-- Parameters: none. Locks: none.
SELECT min(company_id) AS company_id, entry_id, currency, sum(amount) AS amount, sum(company_amount) AS company_amount,
       sum(group_amount) AS group_amount
  FROM posting
 GROUP BY entry_id, currency
HAVING sum(amount) <> 0 OR sum(company_amount) <> 0 OR sum(group_amount) <> 0
