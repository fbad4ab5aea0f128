-- Money that stands unapplied (2100) by class, owner, currency and age: what is left of each receipt, not what came.
-- Parameters: company_ids int[], today date. Locks: none.
-- What is left of an applied receipt is money on account of its customer; what belongs to no receipt (netting, down
-- payments, moved cash) counts by whose account it stands on.
SELECT o.company_id,
       CASE WHEN r.state = 'ON_ACCOUNT' AND r.purpose = 'PREPAYMENT' THEN 'PREPAYMENT'
            WHEN r.state IN ('PROPOSED', 'UNAPPLIED', 'UNIDENTIFIED', 'RETURNED') THEN r.state
            WHEN c.is_technical THEN 'UNIDENTIFIED'
            ELSE 'ON_ACCOUNT' END AS class,
       o.currency, r.owner_id, %(today)s::date - coalesce(r.value_date, o.posting_date) AS days,
       count(*), sum(-o.open_amount)
  FROM open_item o
  JOIN customer c ON c.id = o.customer_id
  LEFT JOIN receipt r ON r.item_id = o.item_id
 WHERE o.company_id = ANY(%(company_ids)s)
   AND o.kind IN ('PAYMENT', 'PAYMENT_TRANSFER', 'RETURNED_PAYMENT', 'RECOVERY')
   AND o.posting_date <= %(today)s
 GROUP BY 1, 2, 3, 4, 5
