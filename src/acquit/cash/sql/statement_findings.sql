-- What the statements of bank accounts leave open: lines that miss the closing, an opening that no statement before closed
-- on, days that two share, numbers left out, lines that a correction holds no more. What was corrected is left to its
-- correction.
-- Parameters: company_ids int[] (NULL: all). Locks: none.
WITH standing AS (
  SELECT s.*, coalesce(s.closing_date, s.opening_date) AS day,
         CASE WHEN s.sequence ~ '^[0-9]{1,9}$' THEN s.sequence::int END AS number
    FROM bank_statement s
   WHERE (%(company_ids)s::int[] IS NULL OR s.company_id = ANY(%(company_ids)s))
     AND NOT EXISTS (SELECT 1 FROM bank_statement c WHERE c.corrects_id = s.id)
), following AS (
  SELECT standing.*,
         lag(closing_amount) OVER account_days AS closing_before,
         lag(number) OVER account_days AS number_before,
         lag(day) OVER account_days AS day_before
    FROM standing
   WHERE opening_amount IS NOT NULL AND closing_amount IS NOT NULL AND day IS NOT NULL
  WINDOW account_days AS (PARTITION BY bank_account_id ORDER BY day, opening_date, number, page, id)
), findings AS (
  SELECT id, 'NOT_BALANCED' AS kind, closing_amount::text AS stated,
         (opening_amount + (SELECT coalesce(sum(l.amount), 0) FROM bank_line l
                             WHERE l.statement_id = standing.id AND l.batch_line_id IS NULL))::text AS expected
    FROM standing
   WHERE is_balanced = false
  UNION ALL
  SELECT f.id, CASE WHEN f.opening_date < f.day_before THEN 'OVERLAP' ELSE 'BALANCE_GAP' END,
         CASE WHEN f.opening_date < f.day_before THEN f.opening_date::text ELSE f.opening_amount::text END,
         CASE WHEN f.opening_date < f.day_before THEN f.day_before::text ELSE f.closing_before::text END
    FROM following f
   WHERE f.closing_before <> f.opening_amount
     AND NOT EXISTS (SELECT 1 FROM standing o
                      WHERE o.bank_account_id = f.bank_account_id AND o.id <> f.id
                        AND o.closing_amount = f.opening_amount AND o.day <= f.day)
  UNION ALL
  SELECT f.id, 'NUMBER_GAP', f.number::text, (f.number_before + 1)::text
    FROM following f
   WHERE f.number > f.number_before + 1 AND date_part('year', f.day) = date_part('year', f.day_before)
  UNION ALL
  SELECT s.id, 'LINES_VANISHED', w.warning->>3, '0'
    FROM standing s, jsonb_array_elements(s.warnings) AS w(warning)
   WHERE w.warning->>0 = 'LINES_VANISHED'
)
SELECT s.id, s.company_id, coalesce(nullif(a.written, ''), a.account), s.currency, s.statement_id, s.sequence, s.opening_date,
       s.closing_date, f.kind, f.stated, f.expected, s.bank_account_id
  FROM findings f
  JOIN bank_statement s ON s.id = f.id
  JOIN bank_account a ON a.id = s.bank_account_id
 ORDER BY s.bank_account_id, s.closing_date, s.id, f.kind
