-- Who asked and who decided: entries by hand, reopenings, write-offs, provisions, policies of the period.
-- Parameters: company_id int, start_date date, end_date date, first_id bigint, last_id bigint. Locks: none.
SELECT row_to_json(a)::text FROM (
  SELECT 'MANUAL_ENTRY' AS kind, m.id, m.state, m.proposed_by_id AS asked_by_id, m.decided_by_id, m.text AS reason,
         m.company_amount AS amount, m.recorded_at
    FROM manual_entry m WHERE m.company_id = %(company_id)s
     AND m.posting_date >= %(start_date)s AND m.posting_date < %(end_date)s
  UNION ALL
  SELECT 'PERIOD_REOPENING', r.id, r.state, r.asked_by_id, r.decided_by_id, r.reason, NULL, r.recorded_at
    FROM period_reopening r JOIN period p ON p.id = r.period_id
   WHERE r.company_id = %(company_id)s AND p.start_date = %(start_date)s
  UNION ALL
  SELECT 'WRITE_OFF', w.id, w.state, w.requested_by_id, y.actor_id, w.reason, w.amount, coalesce(y.recorded_at, w.recorded_at)
    FROM write_off w LEFT JOIN write_off_approval y ON y.write_off_id = w.id WHERE w.company_id = %(company_id)s
     AND w.effective_date >= %(start_date)s AND w.effective_date < %(end_date)s
  UNION ALL
  SELECT 'PROVISION', v.id, v.state, v.proposed_by_id, v.approved_by_id, '', v.charge_amount, v.recorded_at
    FROM provision_run v WHERE v.company_id = %(company_id)s AND v.as_of >= %(start_date)s AND v.as_of < %(end_date)s
  UNION ALL
  SELECT 'POLICY', q.id, 'STORED', q.author_id, q.approver_id, q.kind || ' version ' || q.version, NULL, q.recorded_at
    FROM policy_version q WHERE q.company_id = %(company_id)s AND q.valid_from < %(end_date)s
) a ORDER BY a.kind, a.id, a.decided_by_id
