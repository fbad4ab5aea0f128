-- What happened with a customer, latest first.
-- Parameters: customer_id bigint, most int. Locks: none.
SELECT happened_date, recorded_at, kind, object_kind, object_id, reference, amount, currency FROM (
  (SELECT document_date AS happened_date, recorded_at, kind, 'DOCUMENT' AS object_kind, id AS object_id,
          number AS reference, gross AS amount, currency
     FROM document WHERE customer_id = %(customer_id)s ORDER BY document_date DESC, id DESC LIMIT %(most)s)
  UNION ALL
  (SELECT value_date, recorded_at, 'RECEIPT_' || state, 'RECEIPT', id, reference, amount, currency
     FROM receipt WHERE customer_id = %(customer_id)s ORDER BY value_date DESC, id DESC LIMIT %(most)s)
  UNION ALL
  (SELECT e.effective_date, max(e.recorded_at), CASE WHEN sum(e.amount) < 0 THEN 'UNCLEARED' ELSE 'CLEARED' END,
          'CLEARING', e.clearing_id, count(DISTINCT e.debit_item_id)::text, sum(e.amount), e.currency
     FROM clearing_edge e WHERE e.customer_id = %(customer_id)s
    GROUP BY e.effective_date, e.clearing_id, e.currency ORDER BY e.effective_date DESC, e.clearing_id DESC
    LIMIT %(most)s)
  UNION ALL
  (SELECT opened_date, recorded_at, kind || '_OPENED', 'DISPUTE', id, reason, amount, currency
     FROM dispute WHERE customer_id = %(customer_id)s ORDER BY id DESC LIMIT %(most)s)
  UNION ALL
  (SELECT recorded_at::date, recorded_at, kind, object_kind, object_id, '', NULL::numeric, ''
     FROM event WHERE object_kind = 'CUSTOMER' AND object_id = %(customer_id)s ORDER BY id DESC LIMIT %(most)s)
) happened
ORDER BY happened_date DESC, recorded_at DESC, object_id DESC
LIMIT %(most)s
