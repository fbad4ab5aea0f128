-- Keeps the place of each receipt among those that wait: money first, and the older the more.
--
-- The weight is log2 of the amount in company currency, less the value date in steps of 30 days: 30 days more count as
-- twice the money. As a difference of days it never changes while a receipt waits, so an index holds the order of every
-- day (`cash/rules/queue_order.py` says the same in words a person reads). Receipts nobody has to look at have none and
-- are in no index.
--
-- Parameters: none. Locks: none. New receipts are weighed once a statement, after their items are there; one that moves, before it does.
CREATE FUNCTION receipt_weight(company_amount numeric, value_date date) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT round((ln(greatest(abs(company_amount), 0.01)::float8) / ln(2::float8)
                - (value_date - DATE '2000-01-01') / 30.0)::numeric, 6)
$$;

CREATE FUNCTION is_weighed(state text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT state IN ('PROPOSED', 'UNAPPLIED', 'UNIDENTIFIED', 'RETURNED', 'ON_ACCOUNT')
$$;

CREATE FUNCTION weigh_new_receipts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE receipt r
     SET weight = receipt_weight(i.company_amount, r.value_date)
    FROM new_receipts n
    JOIN item i ON i.id = n.item_id
   WHERE r.id = n.id AND is_weighed(n.state);
  RETURN NULL;
END $$;

CREATE TRIGGER receipt_weighed_new AFTER INSERT ON receipt
  REFERENCING NEW TABLE AS new_receipts FOR EACH STATEMENT EXECUTE FUNCTION weigh_new_receipts();

CREATE FUNCTION weigh_moved_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.weight := CASE WHEN is_weighed(NEW.state) THEN
    (SELECT receipt_weight(i.company_amount, NEW.value_date) FROM item i WHERE i.id = NEW.item_id) END;
  RETURN NEW;
END $$;

CREATE TRIGGER receipt_weighed_moved BEFORE UPDATE OF state ON receipt
  FOR EACH ROW EXECUTE FUNCTION weigh_moved_receipt();

UPDATE receipt SET state = state WHERE is_weighed(state);
