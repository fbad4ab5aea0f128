"""Pure values of the trade: money, calendar, payment terms, references, refusals."""
