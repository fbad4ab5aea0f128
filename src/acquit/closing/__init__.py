"""Closing a period: one list of steps over all rooms, each done once, with its evidence."""
