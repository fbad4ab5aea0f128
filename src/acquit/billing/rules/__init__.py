"""What `billing` decides, on paper: pure functions over frozen values."""
