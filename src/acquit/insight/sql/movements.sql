-- What changed what is owed in an interval (from, until]: by company, currency and kind of movement.
-- Parameters: from_date date, until_date date, company_ids int[], unapplied_kinds text[]. Locks: none.
SELECT company_id, currency, kind, sum(original_amount), count(*)
  FROM item
 WHERE company_id = ANY(%(company_ids)s) AND posting_date > %(from_date)s AND posting_date <= %(until_date)s
   AND kind <> ALL(%(unapplied_kinds)s)
 GROUP BY 1, 2, 3
UNION ALL
SELECT company_id, currency, 'CASH_APPLIED', -sum(amount), count(DISTINCT credit_item_id)
  FROM clearing_edge
 WHERE company_id = ANY(%(company_ids)s) AND effective_date > %(from_date)s AND effective_date <= %(until_date)s
   AND credit_kind IN ('PAYMENT', 'PAYMENT_TRANSFER') AND debit_kind <> ALL(%(unapplied_kinds)s)
 GROUP BY 1, 2
 ORDER BY 1, 2, 3
