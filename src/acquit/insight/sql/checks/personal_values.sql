-- Personal values are what the events that refer to them say by their hash
-- Parameters: none. Locks: none.
SELECT p.company_id, p.customer_id, p.id AS personal_value_id, p.field
  FROM personal_value p
 WHERE NOT EXISTS (
   SELECT 1 FROM event v
    WHERE v.object_kind = 'CUSTOMER' AND v.object_id = p.customer_id
      AND position('"sha256": "' || encode(sha256(convert_to(p.salt || p.value, 'UTF8')), 'hex') || '"' IN v.payload::text) > 0
      AND position('"personal_value": ' || p.id || '}' IN replace(v.payload::text, ',', '}')) > 0)
