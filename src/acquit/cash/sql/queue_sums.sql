-- How many receipts stand unapplied, and how much, by class, currency and whether the customer was asked.
-- Parameters: company_ids int[], today date. Locks: none.
SELECT CASE WHEN state = 'ON_ACCOUNT' AND purpose = 'PREPAYMENT' THEN 'PREPAYMENT' ELSE state END, currency,
       coalesce(waits_until > %(today)s, false), count(*), sum(amount)
  FROM receipt
 WHERE company_id = ANY(%(company_ids)s) AND weight IS NOT NULL
   AND state IN ('PROPOSED', 'UNAPPLIED', 'UNIDENTIFIED', 'RETURNED', 'ON_ACCOUNT')
 GROUP BY 1, 2, 3
