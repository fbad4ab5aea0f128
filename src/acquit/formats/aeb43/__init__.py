"""AEB43 (Norma 43, Cuaderno 43), the statement of account of Spanish banks."""

from acquit.formats.aeb43.reader import read_aeb43

__all__ = ["read_aeb43"]
