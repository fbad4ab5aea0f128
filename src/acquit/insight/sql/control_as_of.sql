-- Open items and their control accounts at the end of a day, by account role and currency.
-- Parameters: company_id int, as_of date, kinds text[] and roles text[] (the account role of each kind of item, pairwise).
-- Locks: none.
WITH movement AS (
  SELECT kind, currency, open_amount AS amount, open_company_amount AS booked
    FROM open_item WHERE company_id = %(company_id)s AND posting_date <= %(as_of)s
  UNION ALL
  SELECT debit_kind, currency, amount, debit_company_amount
    FROM clearing_edge
   WHERE company_id = %(company_id)s AND effective_date > %(as_of)s AND debit_posting_date <= %(as_of)s
  UNION ALL
  SELECT credit_kind, currency, -amount, -credit_company_amount
    FROM clearing_edge
   WHERE company_id = %(company_id)s AND effective_date > %(as_of)s AND credit_posting_date <= %(as_of)s
), subledger AS (
  SELECT k.role, m.currency, sum(m.amount) AS amount, sum(m.booked) AS booked
    FROM movement m
    JOIN unnest(%(kinds)s::text[], %(roles)s::text[]) k(kind, role) ON k.kind = m.kind
   GROUP BY k.role, m.currency
), control AS (
  SELECT a.role, p.currency, sum(p.amount) AS amount, sum(p.company_amount) AS booked
    FROM ledger_account a
    JOIN posting p ON p.account_id = a.id
   WHERE a.company_id = %(company_id)s AND a.role = ANY(%(roles)s) AND p.posting_date <= %(as_of)s
   GROUP BY a.role, p.currency
)
SELECT role, currency, coalesce(s.amount, 0), coalesce(c.amount, 0), coalesce(s.booked, 0), coalesce(c.booked, 0)
  FROM subledger s
  FULL JOIN control c USING (role, currency)
 ORDER BY role, currency
