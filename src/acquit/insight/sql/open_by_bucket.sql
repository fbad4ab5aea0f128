-- Open amounts by company, currency and bucket of days past due; unapplied cash apart. For the home page.
-- Parameters: as_of date, company_ids int[]. Locks: none.
SELECT company_id, currency,
       coalesce(sum(open_amount) FILTER (WHERE is_owed), 0),
       coalesce(sum(open_amount) FILTER (WHERE is_owed AND due_date >= d), 0),
       coalesce(sum(open_amount) FILTER (WHERE is_owed AND due_date < d AND due_date >= d - 30), 0),
       coalesce(sum(open_amount) FILTER (WHERE is_owed AND due_date < d - 30 AND due_date >= d - 60), 0),
       coalesce(sum(open_amount) FILTER (WHERE is_owed AND due_date < d - 60 AND due_date >= d - 90), 0),
       coalesce(sum(open_amount) FILTER (WHERE is_owed AND due_date < d - 90), 0),
       coalesce(sum(open_amount) FILTER (WHERE NOT is_owed), 0),
       count(*) FILTER (WHERE is_owed), count(*) FILTER (WHERE NOT is_owed)
  FROM (SELECT company_id, currency, open_amount, due_date, is_owed, %(as_of)s::date AS d
          FROM open_item
         WHERE company_id = ANY(%(company_ids)s)) open_now
 GROUP BY company_id, currency
 ORDER BY company_id, currency
