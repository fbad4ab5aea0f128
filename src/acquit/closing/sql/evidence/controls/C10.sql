-- Bank statements: every line booked, the balance agrees.
-- Parameters: company_id int, start_date date, end_date date. Locks: none.
SELECT s.id::text AS key, s.bank_account_id, s.statement_id, s.opening_date, s.closing_date, s.opening_amount,
       s.closing_amount, s.is_balanced FROM bank_statement s
 WHERE s.company_id = %(company_id)s AND s.closing_date >= %(start_date)s AND s.closing_date < %(end_date)s
