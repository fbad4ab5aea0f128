-- Credit notes: given by whom has the authority.
-- Parameters: company_id int, start_date date, end_date date. Locks: none.
SELECT d.number AS key, d.id, d.actor_id, d.document_date, d.gross, d.currency FROM document d
 WHERE d.company_id = %(company_id)s AND d.posting_date >= %(start_date)s AND d.posting_date < %(end_date)s
   AND d.kind = 'CREDIT_NOTE'
