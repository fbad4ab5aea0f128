-- Open items as columns, for clearings by the hundred thousand: one text, an item a line, so that no value becomes an object.
-- Parameters: item ids, the text of a bigint[] (as an array it would be written number by number). Locks: none; the
-- caller holds the customers. None of the values has a comma or is null.
SELECT string_agg(concat_ws(',', item_id, company_id, customer_id, kind, currency, original_amount, open_amount,
                            open_company_amount, due_date, posting_date), E'\n')
  FROM open_item
 WHERE item_id = ANY(%s::text::bigint[])
