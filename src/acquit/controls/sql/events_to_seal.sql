-- Events in an interval of ids, in order, as they are sealed: the payload as text, so that no number loses a digit.
-- Parameters: after_id bigint, until_id bigint, most int or NULL. Locks: none.
SELECT id, company_id, kind, object_kind, object_id, run_id, actor_id, payload::text, recorded_at
  FROM event
 WHERE id > %(after_id)s AND id <= %(until_id)s
 ORDER BY id
 LIMIT %(most)s
