"""Accounts, periods and balanced journal entries: the books."""
