"""Orders, holds, deliveries, returns and discrepancies."""
