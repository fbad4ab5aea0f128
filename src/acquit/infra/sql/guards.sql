-- Functions that guard every table; `infra.rights.apply_rights` attaches them.
-- Parameters: none. Locks: none.

-- Posted rows never change, whoever asks. Attached BEFORE UPDATE OR DELETE (row) and BEFORE TRUNCATE (statement).
CREATE OR REPLACE FUNCTION acquit_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % never change: write a new row that corrects the old one', TG_TABLE_NAME
    USING ERRCODE = 'AQ001';
END $$;

-- A session writes only for the companies it was opened for. Attached AFTER INSERT (statement).
CREATE OR REPLACE FUNCTION acquit_check_company() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  outsider int;
BEGIN
  SELECT n.company_id INTO outsider FROM new_rows n
   WHERE n.company_id IS NOT NULL
     AND NOT (n.company_id = ANY ((SELECT string_to_array(current_setting('acquit.companies', true), ','))::int[])) IS TRUE
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'company % is not one this session may write for (table %)', outsider, TG_TABLE_NAME
      USING ERRCODE = 'AQ002';
  END IF;
  RETURN NULL;
END $$;
