"""What `receivables` decides, on paper: pure functions over frozen values."""
