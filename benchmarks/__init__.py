"""Benchmarks: ratios measured in one run against what the same PostgreSQL can do bare. Never timed tests."""
