"""Decisions about customers on paper."""
