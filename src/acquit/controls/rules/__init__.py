"""What `controls` decides, on paper: pure functions over frozen values."""
