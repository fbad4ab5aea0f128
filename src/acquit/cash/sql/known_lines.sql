-- Which identities stand in a bank account's lines, as lines or (with D before them) as details of a sum, and since when.
-- Parameters: bank_account_id bigint, identities text[]. Locks: none.
SELECT w.identity, l.booking_date, s.closing_date, s.is_balanced
  FROM (SELECT identity, identity AS stored FROM unnest(%(identities)s::text[]) AS w(identity)
        UNION ALL
        SELECT identity, 'D' || identity FROM unnest(%(identities)s::text[]) AS w(identity)) w
  JOIN bank_line l ON l.bank_account_id = %(bank_account_id)s AND l.identity = w.stored
  JOIN bank_statement s ON s.id = l.statement_id
