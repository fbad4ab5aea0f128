"""Whom to ask for money today, and why: priorities and worklists."""
