-- Roles are held as the log says they were granted
-- Parameters: none. Locks: none.
SELECT g.company_id, g.user_id, g.role, g.valid_from, g.valid_until
  FROM role_grant g
  LEFT JOIN LATERAL (SELECT v.payload, v.actor_id FROM event v
                      WHERE v.object_kind = 'USER' AND v.object_id = g.user_id AND v.kind = 'controls.role.granted'
                        AND v.company_id = g.company_id AND v.payload ->> 'role' = g.role
                        AND v.payload ->> 'from' = to_char(g.valid_from, 'YYYY-MM-DD')
                      ORDER BY v.id DESC LIMIT 1) told ON true
 WHERE told.payload IS NULL
    OR told.payload ->> 'until' IS DISTINCT FROM to_char(g.valid_until, 'YYYY-MM-DD')
    OR told.actor_id IS DISTINCT FROM g.granted_by_id
