-- The companies and currencies in which something is open, or was ever cleared.
-- Parameters: company_ids int[]. Locks: none.
-- Found by hops along the indexes, one probe a currency: a million items cost no more than one.
WITH RECURSIVE book AS (
  SELECT f.company_id, f.is_debit, f.currency
    FROM unnest(%(company_ids)s::int[]) AS c (id)
   CROSS JOIN unnest(ARRAY[true, false]) AS d (is_debit)
   CROSS JOIN LATERAL (SELECT o.company_id, o.is_debit, o.currency FROM open_item o
                        WHERE o.company_id = c.id AND o.is_debit = d.is_debit
                        ORDER BY o.currency LIMIT 1) f
  UNION ALL
  SELECT n.company_id, n.is_debit, n.currency
    FROM book b
   CROSS JOIN LATERAL (SELECT o.company_id, o.is_debit, o.currency FROM open_item o
                        WHERE o.company_id = b.company_id AND o.is_debit = b.is_debit AND o.currency > b.currency
                        ORDER BY o.currency LIMIT 1) n
), edge_book AS (
  SELECT f.company_id, f.currency
    FROM unnest(%(company_ids)s::int[]) AS c (id)
   CROSS JOIN LATERAL (SELECT e.company_id, e.currency FROM clearing_edge e WHERE e.company_id = c.id
                        ORDER BY e.currency LIMIT 1) f
  UNION ALL
  SELECT n.company_id, n.currency
    FROM edge_book b
   CROSS JOIN LATERAL (SELECT e.company_id, e.currency FROM clearing_edge e
                        WHERE e.company_id = b.company_id AND e.currency > b.currency
                        ORDER BY e.currency LIMIT 1) n
)
SELECT company_id, currency FROM book UNION SELECT company_id, currency FROM edge_book ORDER BY company_id, currency
