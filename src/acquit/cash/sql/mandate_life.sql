-- What became of a mandate, latest first: each step with who took it and what was said, and the accounts of an amendment.
-- Parameters: mandate_id bigint. Locks: none.
SELECT v.kind, v.recorded_at, v.actor_id, coalesce(v.payload->>'reason', ''), coalesce(v.payload->>'taken_over', '') <> '',
       coalesce(a.former_account, ''), coalesce(a.account, '')
  FROM event v
  LEFT JOIN amended_account a ON a.amendment_id = (v.payload->>'amendment')::bigint
 WHERE v.object_kind = 'MANDATE' AND v.object_id = %(mandate_id)s
 ORDER BY v.id DESC
