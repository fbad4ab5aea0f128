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

CREATE TRIGGER item_opens AFTER INSERT ON item
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION receivables_open_items();

-- Nets the edges by item and side; deletes what reaches zero first (updating to zero and deleting later is 1.4-1.9x
-- slower), updates the rest, inserts again what an unclearing reopens. Raises unless every item was found open enough,
-- on its own side, of the same customer, company and currency: then somebody was faster, or the edge is wrong.
-- By EXECUTE: a cached plan made for one row may be wrong for fifty thousand.
CREATE OR REPLACE FUNCTION receivables_clear_items() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  net text := $net$
    SELECT item_id, side, customer_id, company_id, currency, sum(change) AS change, sum(company_change) AS company_change
      FROM (SELECT debit_item_id AS item_id, 1 AS side, customer_id, company_id, currency, -amount AS change,
                   -debit_company_amount AS company_change FROM new_rows
            UNION ALL
            SELECT credit_item_id, -1, customer_id, company_id, currency, amount, credit_company_amount FROM new_rows) sides
     GROUP BY item_id, side, customer_id, company_id, currency
    HAVING sum(change) <> 0 OR sum(company_change) <> 0 $net$;
  expected bigint;
  touched bigint;
  more bigint;
BEGIN
  EXECUTE 'WITH net AS MATERIALIZED (' || net || '),
    gone AS (DELETE FROM open_item o USING net n
              WHERE o.item_id = n.item_id AND o.open_amount + n.change = 0 AND o.original_amount * n.side > 0
                AND o.customer_id = n.customer_id AND o.company_id = n.company_id AND o.currency = n.currency
             RETURNING 1)
    SELECT (SELECT count(*) FROM net), (SELECT count(*) FROM gone)' INTO expected, touched;
  IF touched < expected THEN
    EXECUTE 'UPDATE open_item o
                SET open_amount = o.open_amount + n.change, open_company_amount = o.open_company_amount + n.company_change
               FROM (' || net || ') n
              WHERE o.item_id = n.item_id AND o.original_amount * n.side > 0
                AND o.customer_id = n.customer_id AND o.company_id = n.company_id AND o.currency = n.currency';
    GET DIAGNOSTICS more = ROW_COUNT;
    touched := touched + more;
  END IF;
  IF touched < expected THEN
    EXECUTE 'INSERT INTO open_item (item_id, customer_id, company_id, due_date, posting_date, kind, currency,
                                    original_amount, open_amount, open_company_amount)
             SELECT i.id, i.customer_id, i.company_id, i.due_date, i.posting_date, i.kind, i.currency,
                    i.original_amount, n.change, n.company_change
               FROM (' || net || ') n JOIN item i ON i.id = n.item_id
              WHERE i.original_amount * n.change > 0 AND i.original_amount * n.side > 0
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

CREATE TRIGGER clearing_edge_clears AFTER INSERT ON clearing_edge
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION receivables_clear_items();
