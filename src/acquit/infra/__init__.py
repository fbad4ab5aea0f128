"""What every room stands on: events, runs, bulk writes, the embedded database."""
