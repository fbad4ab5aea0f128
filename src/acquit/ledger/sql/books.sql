-- The books' own invariants: entries balance, and only open periods take them.
-- Parameters: none. Locks: the period rows an entry falls in, FOR SHARE, until commit.

-- Every entry arrives whole in one statement, so balance follows by induction.
CREATE OR REPLACE FUNCTION ledger_check_balance() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  crooked record;
BEGIN
  SELECT n.entry_id, n.currency, sum(n.amount) AS amount, sum(n.company_amount) AS company_amount,
         sum(n.group_amount) AS group_amount
    INTO crooked
    FROM new_rows n
   GROUP BY n.entry_id, n.currency
  HAVING sum(n.amount) <> 0 OR sum(n.company_amount) <> 0 OR sum(n.group_amount) <> 0
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'entry % does not balance: % % (company %, group %)',
      crooked.entry_id, crooked.amount, crooked.currency, crooked.company_amount, crooked.group_amount
      USING ERRCODE = 'AQ003';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER posting_balances AFTER INSERT ON posting
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_balance();

-- SECURITY DEFINER: the lock wants a right on `period` that writers do not have.
CREATE OR REPLACE FUNCTION ledger_check_period() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  closed record;
BEGIN
  PERFORM 1 FROM period p
    JOIN (SELECT DISTINCT company_id, posting_date FROM new_rows) d
      ON p.company_id = d.company_id AND d.posting_date >= p.start_date AND d.posting_date < p.end_date
   ORDER BY p.id FOR SHARE OF p;
  SELECT d.company_id, d.posting_date, p.status INTO closed
    FROM (SELECT DISTINCT company_id, posting_date FROM new_rows) d
    LEFT JOIN period p
      ON p.company_id = d.company_id AND d.posting_date >= p.start_date AND d.posting_date < p.end_date
   WHERE p.status IS NULL
      OR NOT (p.status = 'OPEN' OR (p.status = 'SOFT_CLOSED' AND coalesce(current_setting('acquit.soft_close', true), '') = 'on'))
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'company % has no open period on % (%)', closed.company_id, closed.posting_date,
      coalesce(closed.status, 'none defined') USING ERRCODE = 'AQ004';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER journal_entry_period AFTER INSERT ON journal_entry
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_period();

-- Two periods of a company never share a day. Writers of one company's periods wait for each other, or two of them could
-- each miss what the other has not committed.
CREATE OR REPLACE FUNCTION ledger_check_overlap() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('acquit.period'), NEW.company_id);
  IF EXISTS (SELECT 1 FROM period p WHERE p.company_id = NEW.company_id AND p.id <> NEW.id
                AND p.start_date < NEW.end_date AND p.end_date > NEW.start_date) THEN
    RAISE EXCEPTION 'period % to % of company % overlaps another', NEW.start_date, NEW.end_date, NEW.company_id
      USING ERRCODE = 'AQ005';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER period_apart AFTER INSERT OR UPDATE ON period
  FOR EACH ROW EXECUTE FUNCTION ledger_check_overlap();
