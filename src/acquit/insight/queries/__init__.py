"""Reads across rooms: figures, checks, the journal, what happened."""
