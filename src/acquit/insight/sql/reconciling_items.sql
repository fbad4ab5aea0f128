-- Why open items and a control account differed at the end of a day: items one by one, and postings that name no item.
-- Parameters: company_id int, as_of date, role text, currency text, kinds text[] (of the items that stand on the account),
-- at_most int. Locks: none.
-- The date is the first day after on which the other side follows; none when nothing has followed yet.
WITH movement AS (
  SELECT item_id, open_amount AS amount, open_company_amount AS booked
    FROM open_item
   WHERE company_id = %(company_id)s AND currency = %(currency)s AND kind = ANY(%(kinds)s) AND posting_date <= %(as_of)s
  UNION ALL
  SELECT debit_item_id, amount, debit_company_amount
    FROM clearing_edge
   WHERE company_id = %(company_id)s AND currency = %(currency)s AND debit_kind = ANY(%(kinds)s)
     AND effective_date > %(as_of)s AND debit_posting_date <= %(as_of)s
  UNION ALL
  SELECT credit_item_id, -amount, -credit_company_amount
    FROM clearing_edge
   WHERE company_id = %(company_id)s AND currency = %(currency)s AND credit_kind = ANY(%(kinds)s)
     AND effective_date > %(as_of)s AND credit_posting_date <= %(as_of)s
), subledger AS (
  SELECT item_id, sum(amount) AS amount, sum(booked) AS booked FROM movement GROUP BY item_id
), control AS (
  SELECT p.item_id, sum(p.amount) AS amount, sum(p.company_amount) AS booked
    FROM ledger_account a
    JOIN posting p ON p.account_id = a.id
   WHERE a.company_id = %(company_id)s AND a.role = %(role)s AND p.currency = %(currency)s
     AND p.posting_date <= %(as_of)s
   GROUP BY p.item_id
), apart AS (
  SELECT coalesce(s.item_id, c.item_id) AS item_id, coalesce(s.amount, 0) - coalesce(c.amount, 0) AS amount,
         coalesce(s.booked, 0) - coalesce(c.booked, 0) AS booked
    FROM subledger s
    FULL JOIN control c ON c.item_id = s.item_id
   WHERE coalesce(s.amount, 0) <> coalesce(c.amount, 0) OR coalesce(s.booked, 0) <> coalesce(c.booked, 0)
)
SELECT x.item_id, coalesce(i.number, ''), i.posting_date, x.amount, x.booked,
       (SELECT min(day) FROM (
          SELECT p.posting_date AS day FROM posting p JOIN ledger_account a ON a.id = p.account_id
           WHERE p.item_id = x.item_id AND a.role = %(role)s AND p.posting_date > %(as_of)s
          UNION ALL
          SELECT i.posting_date WHERE i.posting_date > %(as_of)s
          UNION ALL
          SELECT e.effective_date FROM clearing_edge e
           WHERE (e.debit_item_id = x.item_id OR e.credit_item_id = x.item_id) AND e.effective_date > %(as_of)s) later)
  FROM apart x
  LEFT JOIN item i ON i.id = x.item_id
 ORDER BY x.item_id NULLS FIRST
 LIMIT %(at_most)s
