-- What of the loss allowance can be used from a day on: the least that stands on it at the end of that day or a later one.
-- Parameters: company_id int, on_date date. Locks: none (`hold_allowance` holds the company's allowance).
SELECT min(standing)
  FROM (SELECT sum(sum(amount)) OVER (ORDER BY day) AS standing
          FROM (SELECT %(on_date)s::date AS day, 0 AS amount
                UNION ALL
                SELECT greatest(p.posting_date, %(on_date)s::date), -p.company_amount
                  FROM posting p
                  JOIN ledger_account a ON a.id = p.account_id AND a.role = 'LOSS_ALLOWANCE'
                 WHERE a.company_id = %(company_id)s) moved
         GROUP BY day) days
