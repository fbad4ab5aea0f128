-- The parts of decisions, as `outcome_lines` gives them, by id or for the receipts they hold for.
-- Parameters: decision_ids bigint[], receipt_ids bigint[]. Locks: none.
SELECT d.id, r.id, coalesce(r.state, d.outcome),
       (d.proof - '{receipt,refused,policy,customer_candidates}'::text[])::text
  FROM (SELECT unnest(%(decision_ids)s::bigint[]) AS id, NULL::bigint AS receipt_id
        UNION
        SELECT decision_id, id FROM receipt WHERE id = ANY(%(receipt_ids)s::bigint[])) wanted
  JOIN decision d ON d.id = wanted.id
  LEFT JOIN receipt r ON r.id = wanted.receipt_id
