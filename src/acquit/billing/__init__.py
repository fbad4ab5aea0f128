"""Documents: invoices and credit notes, their lines, numbers and taxes."""
