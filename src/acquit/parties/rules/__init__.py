"""What `parties` decides, on paper: pure functions over frozen values."""
