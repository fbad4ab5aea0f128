"""Open items and their clearing: what is owed, by whom, since when."""
