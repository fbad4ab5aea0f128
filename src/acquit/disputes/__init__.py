"""Disputes, deductions and claims: what the customer holds back and what we found."""
