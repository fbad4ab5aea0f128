-- A period's status changes only by a step that says so: who, why, and for a way back who approved it.
-- Parameters: none. Locks: none beyond the period's row, which its writer holds.
-- Deferred to the end of the transaction, so that the step and the status may be written in either order.

CREATE OR REPLACE FUNCTION ledger_check_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM period_transition t
                  WHERE t.period_id = NEW.id AND t.from_status = OLD.status AND t.to_status = NEW.status
                    AND t.recorded_at = transaction_timestamp()
                    AND (t.is_reopening OR (OLD.status, NEW.status) IN
                         (('FUTURE', 'OPEN'), ('OPEN', 'SOFT_CLOSED'), ('SOFT_CLOSED', 'CLOSED')))) THEN
    RAISE EXCEPTION 'period % became % from % without a step that says so', NEW.id, NEW.status, OLD.status
      USING ERRCODE = 'AQ005';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER period_steps AFTER UPDATE OF status ON period DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION ledger_check_step();
