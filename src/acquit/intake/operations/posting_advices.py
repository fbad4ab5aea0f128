"""Storing the remittance advices of a hand-over before any money is matched.

The one clever idea: many small files are one stream. Thousands of advices are read one after the other and stored a
thousand a transaction; a file that cannot be read is marked with its reason and the stream goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from acquit.cash.operations import AdviceOutcome, import_advice_files
from acquit.controls.rules.duties import Actor
from acquit.core.errors import Refusal
from acquit.formats.remittance import read_advices
from acquit.formats.remittance.advice import RemittanceAdvice
from acquit.infra.transaction import operation
from acquit.intake.models import IntakeFile
from acquit.intake.operations.receiving import open_stored
from acquit.intake.queries import FileView


def post_advice_files(*, actor: Actor, company_id: int, files: Sequence[FileView]) -> AdviceOutcome:
    """Store the advices of files and mark each as posted, or as refused with its reason."""
    refused: dict[int, Refusal] = {}
    outcome = import_advice_files(
        actor=actor, company_id=company_id, files=((file.id, _read(file, refused)) for file in files)
    )
    with operation():
        posted = [file.id for file in files if file.id not in refused]
        IntakeFile.objects.filter(id__in=posted).update(state="POSTED")
        for file in files:
            if file.id in refused:
                refusal = refused[file.id]
                warnings = [*file.warnings, [refusal.code, refusal.message]]
                IntakeFile.objects.filter(id=file.id).update(state="REFUSED", warnings=warnings)
    return outcome


def _read(file: FileView, refused: dict[int, Refusal]) -> Iterator[RemittanceAdvice]:
    """Read a file whole before a line of it is stored: one that breaks off gives nothing."""
    try:
        with open_stored(file) as content:
            advices = list(read_advices(content, file.name))
    except Refusal as refusal:
        refused[file.id] = refusal
        return
    yield from advices
