-- The cash queue holds exactly the receipts that wait for a person
-- Parameters: waiting_states text[]. Locks: none.
SELECT coalesce(r.company_id, w.company_id) AS company_id, coalesce(r.id, w.object_id) AS receipt_id, r.state,
       w.id AS work_item_id
  FROM (SELECT id, company_id, state FROM receipt WHERE state = ANY(%(waiting_states)s)) r
  FULL JOIN (SELECT id, company_id, object_id FROM work_item
              WHERE queue = 'CASH' AND object_kind = 'RECEIPT' AND closed_at IS NULL) w
    ON w.object_id = r.id AND w.company_id = r.company_id
 WHERE r.id IS NULL OR w.id IS NULL
