"""Journals for other people's accounting programs: the same entries as beancount and hledger read them."""
