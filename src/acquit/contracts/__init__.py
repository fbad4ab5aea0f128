"""Contracts, price plans, commercial inventory, usage and SLA terms."""
