"""Mending refused rows: a person's value in place of what stood there. The file is posted again to take them."""

from __future__ import annotations

from collections.abc import Mapping

from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound
from acquit.infra.transaction import operation
from acquit.intake.models import RefusedRow
from acquit.intake.queries import get_file


def mend_rows(*, actor: Actor, file_id: int, values: Mapping[int, str]) -> int:
    """Put values (by the refused row's id) in place; gives how many. Refuses (`NotFound`) rows of other files."""
    file = get_file(file_id)
    actor.require(Duty.INTAKE, file.company_id)
    with operation():
        rows = {row.id: row for row in RefusedRow.objects.filter(file_id=file_id, id__in=list(values))}
        for row_id, value in values.items():
            if row_id not in rows:
                raise NotFound(f"There is no refused row {row_id} in {file.name}.", param="row")
            rows[row_id].mended_value = value
        RefusedRow.objects.bulk_update(rows.values(), ["mended_value"])
    return len(rows)
