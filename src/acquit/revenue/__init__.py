"""Revenue recognition by performance obligation (IFRS 15)."""
