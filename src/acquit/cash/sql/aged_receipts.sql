-- Receipts that have stood unapplied for more days than allowed and are not before somebody for it yet.
-- Parameters: company_id int, on_date date, days int, queue text. Locks: the receipts, so that no two runs flag one twice.
SELECT r.id, r.state, r.customer_id, r.currency, r.amount, %(on_date)s::date - r.value_date
  FROM receipt r
 WHERE r.company_id = %(company_id)s AND r.weight IS NOT NULL
   AND r.state IN ('PROPOSED', 'UNAPPLIED', 'UNIDENTIFIED', 'RETURNED', 'ON_ACCOUNT')
   AND r.value_date < %(on_date)s::date - %(days)s::int
   AND NOT EXISTS (SELECT 1 FROM work_item w
                    WHERE w.queue = %(queue)s AND w.object_kind = 'RECEIPT' AND w.object_id = r.id
                      AND w.closed_at IS NULL)
 ORDER BY r.id
   FOR NO KEY UPDATE OF r
