"""Control totals as plain JSON values: what is kept beside a file and shown to its owner. Amounts are text."""

from __future__ import annotations

from typing import Any

from acquit.intake.rules.totals import ControlTotals


def totals_to_json(totals: ControlTotals) -> dict[str, Any]:
    """Write control totals as plain JSON values."""
    return {
        "rows_read": totals.rows_read,
        "rows_accepted": totals.rows_accepted,
        "rows_refused": totals.rows_refused,
        "rows_left_out": totals.rows_left_out,
        "rounded": totals.rounded,
        "reasons": totals.reasons,
        "notes": totals.note_counts,
        "measures": [
            {
                "currency": total.currency,
                "measure": total.measure.value,
                "rows": total.rows,
                "rows_accepted": total.rows_accepted,
                "rows_refused": total.rows_refused,
                "in_file": str(total.in_file),
                "accepted": str(total.accepted),
                "refused": str(total.refused),
                "left_out": str(total.left_out),
                "rounding": str(total.rounding),
                "difference": str(total.difference),
            }
            for total in totals.measures.values()
        ],
        "by_type": [
            {"currency": currency, "type": kind, "rows": rows, "open_amount": str(amount)}
            for (currency, kind), (rows, amount) in totals.by_type.items()
        ],
        "stated": [[row.line_number, list(row.cells)] for row in totals.stated],
    }
