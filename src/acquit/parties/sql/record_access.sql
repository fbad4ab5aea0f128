-- Notes that somebody read contacts or bank details of customers: one row a customer, one statement a page.
-- Parameters: customer_ids bigint[], actor_id bigint, door text, purpose text. Locks: none.
INSERT INTO personal_data_access (customer_id, company_id, actor_id, door, purpose)
SELECT c.id, c.company_id, %(actor_id)s::bigint, %(door)s::text, %(purpose)s::text
  FROM customer c
 WHERE c.id = ANY (%(customer_ids)s::bigint[]) AND NOT c.is_technical
