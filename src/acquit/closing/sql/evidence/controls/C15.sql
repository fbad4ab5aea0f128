-- Rates of exchange: from a source, corrected only by a new row.
-- Parameters: company_id int, start_date date, end_date date. Locks: none.
SELECT f.id::text AS key, f.rate_date, f.rate_type, f.base, f.currency, f.rate, f.source, f.replaces_id, f.actor_id
  FROM fx_rate f WHERE f.rate_date >= %(start_date)s AND f.rate_date < %(end_date)s AND %(company_id)s IS NOT NULL
