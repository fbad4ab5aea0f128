"""Acquit: order to cash, from the customer's order to the recorded cash."""

__version__ = "0.1.0"
