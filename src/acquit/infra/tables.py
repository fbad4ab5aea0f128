"""How a table may be written, said once by the class a model derives from.

Rights, immutability and the wall between companies are not written per table: after each migration
`infra.rights.apply_rights` reads the classes below and grants, protects and fences every table accordingly.
So a new table is append-only or not by its first line, and cannot be forgotten.
"""

from __future__ import annotations

from django.contrib.postgres.functions import TransactionNow
from django.db import models


class Table(models.Model):
    """Every row says when the database recorded it: all rows of an operation at the same moment, its beginning."""

    recorded_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        abstract = True


class AppendOnly(Table):
    """Rows are inserted and never change: the application has no right to, and triggers refuse everyone else."""

    class Meta:
        abstract = True


class Mutable(Table):
    """Rows may be inserted and updated by operations: master data, counters, life cycles. Never deleted."""

    class Meta:
        abstract = True


class Live(Table):
    """Rows exist while something is so, and are deleted after: what is waiting, locked or derived."""

    class Meta:
        abstract = True


class TriggerKept(models.Model):
    """Only a trigger writes here; operations write the rows it follows from."""

    class Meta:
        abstract = True
