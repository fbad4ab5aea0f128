"""Products, price lists and tax codes."""
