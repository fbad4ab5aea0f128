"""What `closing` decides, on paper: pure functions over frozen values."""
