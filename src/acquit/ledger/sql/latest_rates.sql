-- The latest rate of each base and currency known on each of some days.
-- Parameters: rate_type text, currencies text[], days date[]. Locks: none.
-- The bases are found by hops along the index, not by reading it; then one probe a base, currency and day. Of one day
-- the source that was recorded first holds, with its last correction.
WITH RECURSIVE bases AS (
  (SELECT base FROM fx_rate WHERE rate_type = %(rate_type)s ORDER BY base LIMIT 1)
  UNION ALL
  SELECT (SELECT f.base FROM fx_rate f WHERE f.rate_type = %(rate_type)s AND f.base > b.base ORDER BY f.base LIMIT 1)
    FROM bases b
   WHERE b.base IS NOT NULL
)
SELECT d.day, b.base, c.currency, r.rate
  FROM bases b
 CROSS JOIN unnest(%(currencies)s::text[]) c(currency)
 CROSS JOIN unnest(%(days)s::date[]) d(day)
 CROSS JOIN LATERAL (
   SELECT f.rate_date
     FROM fx_rate f
    WHERE f.rate_type = %(rate_type)s AND f.base = b.base AND f.currency = c.currency AND f.rate_date <= d.day
    ORDER BY f.rate_date DESC
    LIMIT 1) latest
 CROSS JOIN LATERAL (
   SELECT f.rate
     FROM fx_rate f
    WHERE f.rate_type = %(rate_type)s AND f.base = b.base AND f.currency = c.currency AND f.rate_date = latest.rate_date
      AND NOT EXISTS (SELECT 1 FROM fx_rate n WHERE n.replaces_id = f.id)
    ORDER BY (SELECT min(s.id) FROM fx_rate s
               WHERE s.rate_type = f.rate_type AND s.base = f.base AND s.currency = f.currency
                 AND s.rate_date = f.rate_date AND s.source = f.source)
    LIMIT 1) r
 WHERE b.base IS NOT NULL
 ORDER BY d.day, b.base, c.currency
