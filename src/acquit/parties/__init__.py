"""Customers: parties, the accounts they have with each company, terms, contacts and bank details."""
