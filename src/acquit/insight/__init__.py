"""Figures that answer a question: ageing, overdue, unapplied cash. Reads only."""
