-- The first rate of each base and currency, put on an earlier day that has none of it on the day or before.
-- Parameters: rate_type text, day date. Locks: none; the caller holds the turn of the type's writers.
INSERT INTO fx_rate (rate_date, rate_type, base, currency, rate, source, reason)
SELECT %(day)s::date, f.rate_type, f.base, f.currency, f.rate, 'CARRIED_BACK',
       'The first rate known is of ' || f.rate_date || '.'
  FROM (SELECT DISTINCT ON (base, currency) id, rate_date, rate_type, base, currency, rate
          FROM fx_rate
         WHERE rate_type = %(rate_type)s
         ORDER BY base, currency, rate_date, id) f
 WHERE f.rate_date > %(day)s::date
