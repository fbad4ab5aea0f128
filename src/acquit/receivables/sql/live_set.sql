-- `open_item` follows from `item` and `clearing_edge`: only these two triggers write it.
-- Parameters: none. Locks: the rows of `open_item` they touch; operations lock the customers before.

CREATE OR REPLACE FUNCTION receivables_open_items() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO open_item (item_id, customer_id, company_id, due_date, posting_date, kind, currency,
                         original_amount, open_amount, open_company_amount)
  SELECT id, customer_id, company_id, due_date, posting_date, kind, currency,
         original_amount, original_amount, company_amount
    FROM new_rows;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER item_opens AFTER INSERT ON item
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION receivables_open_items();

-- Nets the edges by item and side. Deletes what reaches zero first (updating to zero and deleting later is 1.4-1.9x
-- slower); the rows are found in one walk along the index, however large the live set. Updates the rest, inserts again what
-- an unclearing reopens. Raises unless every item was found open enough, on its own side, of the same customer, company and
-- currency: then somebody was faster, or the edge is wrong.
-- By EXECUTE: a cached plan made for one row may be wrong for fifty thousand.
CREATE OR REPLACE FUNCTION receivables_clear_items() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  net text := $net$
    net AS MATERIALIZED (
      SELECT debit_item_id AS item_id, true AS is_debit, customer_id, company_id, currency,
             sum(amount) AS taken, sum(debit_company_amount) AS company_taken
        FROM new_rows
       GROUP BY debit_item_id, customer_id, company_id, currency
      HAVING sum(amount) <> 0 OR sum(debit_company_amount) <> 0
      UNION ALL
      SELECT credit_item_id, false, customer_id, company_id, currency, -sum(amount), -sum(credit_company_amount)
        FROM new_rows
       GROUP BY credit_item_id, customer_id, company_id, currency
      HAVING sum(amount) <> 0 OR sum(credit_company_amount) <> 0
    ) $net$;
  expected bigint;
  touched bigint;
  more bigint;
BEGIN
  EXECUTE 'WITH ' || net || ',
    found AS MATERIALIZED (
      SELECT ctid AS place, item_id, open_amount, original_amount > 0 AS is_debit, customer_id, company_id, currency
        FROM open_item
       WHERE item_id = ANY (ARRAY(SELECT item_id FROM net))
    ), gone AS (
      DELETE FROM open_item
       WHERE ctid = ANY (ARRAY(SELECT o.place FROM found o JOIN net n
                ON o.item_id = n.item_id AND o.open_amount = n.taken AND o.is_debit = n.is_debit
               AND o.customer_id = n.customer_id AND o.company_id = n.company_id AND o.currency = n.currency))
      RETURNING 1)
    SELECT (SELECT count(*) FROM net), (SELECT count(*) FROM gone)' INTO expected, touched;
  IF touched < expected THEN
    EXECUTE 'WITH ' || net || '
             UPDATE open_item o
                SET open_amount = o.open_amount - n.taken, open_company_amount = o.open_company_amount - n.company_taken
               FROM net n
              WHERE o.item_id = n.item_id AND (o.original_amount > 0) = n.is_debit
                AND o.customer_id = n.customer_id AND o.company_id = n.company_id AND o.currency = n.currency';
    GET DIAGNOSTICS more = ROW_COUNT;
    touched := touched + more;
  END IF;
  IF touched < expected THEN
    EXECUTE 'WITH ' || net || '
             INSERT INTO open_item (item_id, customer_id, company_id, due_date, posting_date, kind, currency,
                                    original_amount, open_amount, open_company_amount)
             SELECT i.id, i.customer_id, i.company_id, i.due_date, i.posting_date, i.kind, i.currency,
                    i.original_amount, -n.taken, -n.company_taken
               FROM net n JOIN item i ON i.id = n.item_id
              WHERE i.original_amount * n.taken < 0 AND (i.original_amount > 0) = n.is_debit
                AND i.customer_id = n.customer_id AND i.company_id = n.company_id AND i.currency = n.currency
                AND NOT EXISTS (SELECT 1 FROM open_item o WHERE o.item_id = n.item_id)';
    GET DIAGNOSTICS more = ROW_COUNT;
    touched := touched + more;
  END IF;
  IF touched <> expected THEN
    RAISE EXCEPTION '% of % items are not open as the clearing expects: cleared meanwhile, or of another customer, company, side or currency',
      expected - touched, expected USING ERRCODE = 'AQ006';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER clearing_edge_clears AFTER INSERT ON clearing_edge
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION receivables_clear_items();
