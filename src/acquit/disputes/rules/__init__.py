"""What `disputes` decides, on paper: pure functions over frozen values."""
