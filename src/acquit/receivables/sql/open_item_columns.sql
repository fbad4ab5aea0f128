-- Open items as columns, for clearings by the hundred thousand; read with COPY, so that no value becomes an object.
-- Parameters: item_ids bigint[]. Locks: none; the caller holds the customers.
COPY (
  SELECT item_id, company_id, customer_id, kind, currency, original_amount, open_amount, open_company_amount, due_date,
         posting_date
    FROM open_item
   WHERE item_id = ANY(%(item_ids)s)
) TO STDOUT (FORMAT csv)
