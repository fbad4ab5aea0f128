"""What `cash` decides, on paper: pure functions over frozen values."""
