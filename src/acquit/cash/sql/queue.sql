-- A page of the cash queue: receipts that stand unapplied, the weightiest first.
-- Parameters: company_ids int[], classes text[] (see rules/waiting.py), currency text, bank_account_id bigint,
-- owner_id bigint, is_unowned bool, due_from date, due_until date (value dates, half-open), asked bool (NULL: both),
-- today date, after_weight numeric, after_id bigint, most int; NULL: not filtered. Locks: none.
-- One probe of the index `receipt_queue` for each company and class, so that a page reads little more than it shows.
SELECT q.id
  FROM unnest(%(company_ids)s::int[]) c(company_id)
 CROSS JOIN unnest(%(classes)s::text[]) s(class)
 CROSS JOIN LATERAL (
   SELECT r.id, r.weight
     FROM receipt r
    WHERE r.company_id = c.company_id
      AND r.state = CASE WHEN s.class = 'PREPAYMENT' THEN 'ON_ACCOUNT' ELSE s.class END
      AND r.weight IS NOT NULL
      AND (r.weight, r.id) < (coalesce(%(after_weight)s::numeric, 'Infinity'), coalesce(%(after_id)s::bigint, 0))
      AND (s.class NOT IN ('PREPAYMENT', 'ON_ACCOUNT')
           OR r.purpose = CASE WHEN s.class = 'PREPAYMENT' THEN 'PREPAYMENT' ELSE '' END)
      AND (%(currency)s::text IS NULL OR r.currency = %(currency)s::text)
      AND (%(owner_id)s::bigint IS NULL OR r.owner_id = %(owner_id)s::bigint)
      AND (NOT %(is_unowned)s::bool OR r.owner_id IS NULL)
      AND (%(due_from)s::date IS NULL OR r.value_date >= %(due_from)s::date)
      AND (%(due_until)s::date IS NULL OR r.value_date < %(due_until)s::date)
      AND (%(asked)s::bool IS NULL OR coalesce(r.waits_until > %(today)s::date, false) = %(asked)s::bool)
      AND (%(bank_account_id)s::bigint IS NULL
           OR EXISTS (SELECT 1 FROM bank_line l
                       WHERE l.id = r.bank_line_id AND l.bank_account_id = %(bank_account_id)s::bigint))
    ORDER BY r.weight DESC, r.id DESC
    LIMIT %(most)s) q
 ORDER BY q.weight DESC, q.id DESC
 LIMIT %(most)s
