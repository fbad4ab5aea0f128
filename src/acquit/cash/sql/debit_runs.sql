-- Runs of direct debits, latest first: how many collections each has and of how much, less those that were dropped before
-- the bank had them; how many came in, and how many the bank rejected or sent back.
-- Parameters: company_ids int[], before_id bigint (NULL: from the latest), most int. Locks: none.
SELECT r.id, r.company_id, r.bank_account_id, r.state, r.message_id, r.collection_date, r.submit_by,
       r.proposed_by_id, r.approved_by_id, r.currency,
       c.count, c.amount, c.collected, c.came_back
  FROM (SELECT * FROM debit_run
         WHERE company_id = ANY(%(company_ids)s) AND (%(before_id)s::bigint IS NULL OR id < %(before_id)s)
         ORDER BY id DESC LIMIT %(most)s) r
 CROSS JOIN LATERAL (
   SELECT count(*) FILTER (WHERE r.state = 'CANCELLED' OR d.state <> 'CANCELLED') AS count,
          coalesce(sum(d.amount) FILTER (WHERE r.state = 'CANCELLED' OR d.state <> 'CANCELLED'), 0) AS amount,
          count(*) FILTER (WHERE d.state = 'COLLECTED') AS collected,
          count(*) FILTER (WHERE d.state IN ('REJECTED', 'RETURNED')) AS came_back
     FROM debit_collection d WHERE d.run_id = r.id) c
 ORDER BY r.id DESC
