-- Open items a person looks for while applying money: by a document's number, or by what is open to the cent.
-- Parameters: company_id int, currency text, number_keys text[], amount numeric (NULL: none), most int. Locks: none.
-- Each by its own index; items of that amount are found in `open_item_customer` alone.
(SELECT o.item_id
   FROM document d
   JOIN item i ON i.document_id = d.id
   JOIN open_item o ON o.item_id = i.id
  WHERE d.company_id = %(company_id)s AND d.number_key = ANY(%(number_keys)s::text[]) AND d.number_key <> ''
    AND o.currency = %(currency)s
  LIMIT %(most)s)
UNION
(SELECT o.item_id
   FROM open_item o
  WHERE o.company_id = %(company_id)s AND o.is_debit AND o.currency = %(currency)s
    AND o.open_amount = %(amount)s::numeric
  LIMIT %(most)s)
LIMIT %(most)s
