-- First proposals of matching that people decided about, with what holds now: the training rows of the learned layer.
-- Parameters: company_id int. Locks: none. What posted alone and was left alone says nothing; what was undone was wrong,
-- unless the same was confirmed afterwards.
SELECT d.id, r.value_date, now_holds.outcome, d.proof::text, (now_holds.proof -> 'applied')::text
  FROM (SELECT DISTINCT ON (subject_id) id, subject_id, proof
          FROM decision
         WHERE company_id = %(company_id)s AND kind = 'MATCH' AND subject_kind = 'RECEIPT'
           AND outcome IN ('AUTO', 'PROPOSED') AND actor_id IS NULL AND proof ? 'score'
         ORDER BY subject_id, id) d
  JOIN receipt r ON r.id = d.subject_id AND r.company_id = %(company_id)s
  JOIN decision now_holds ON now_holds.id = r.decision_id
 WHERE jsonb_array_length(d.proof -> 'applied') > 0
   AND ((now_holds.id <> d.id AND r.state IN ('CONFIRMED', 'ON_ACCOUNT'))
        OR EXISTS (SELECT FROM decision u
                    WHERE u.subject_kind = 'RECEIPT' AND u.subject_id = d.subject_id AND u.id > d.id
                      AND u.proof ->> 'rule' = 'UNDONE'))
 ORDER BY d.id
