"""What `ledger` decides, on paper: pure functions over frozen values."""
