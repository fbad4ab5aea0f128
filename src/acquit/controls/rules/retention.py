"""How long a record is kept: years by country, kind and day, as dated data with its source.

No legal advice: a local specialist signs each country off. Where a country is not known, the longest known period
holds, because what was erased too early does not come back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, date
from enum import StrEnum

from acquit.core.calendar import DateOutOfRange
from acquit.core.errors import Refusal


class BadRetention(Refusal):
    """A retention period is a number of whole years, one or more."""

    code = "BAD_RETENTION"


class RecordKind(StrEnum):
    """Kinds of records the law retains for different times."""

    VOUCHER = "VOUCHER"
    BOOKS = "BOOKS"
    LETTER = "LETTER"


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """Years a kind of record is kept in a country, for records made in a half-open interval of days."""

    country: str
    kind: RecordKind
    years: int
    valid_from: date
    valid_until: date | None
    source: str


_ALWAYS = date(1, 1, 1)
#: BEG IV shortened vouchers to 8 years for those whose time had not ended on 1 January 2025: made in 2017 or later.
_BEG_IV = date(2017, 1, 1)

RETENTION_RULES: tuple[RetentionRule, ...] = (
    RetentionRule("DE", RecordKind.VOUCHER, 10, _ALWAYS, _BEG_IV, "AO s. 147 (3) before BEG IV"),
    RetentionRule(
        "DE", RecordKind.VOUCHER, 8, _BEG_IV, None, "AO s. 147 (3), UStG s. 14b (1), since BEG IV 2025"
    ),
    RetentionRule("DE", RecordKind.BOOKS, 10, _ALWAYS, None, "AO s. 147 (3), HGB s. 257 (4)"),
    RetentionRule("DE", RecordKind.LETTER, 6, _ALWAYS, None, "AO s. 147 (3), HGB s. 257 (4)"),
    RetentionRule("AT", RecordKind.VOUCHER, 7, _ALWAYS, None, "BAO s. 132 (1), UStG s. 11 (2)"),
    RetentionRule("AT", RecordKind.BOOKS, 7, _ALWAYS, None, "BAO s. 132 (1), UGB s. 212"),
    RetentionRule("AT", RecordKind.LETTER, 7, _ALWAYS, None, "UGB s. 212"),
    RetentionRule("CH", RecordKind.VOUCHER, 10, _ALWAYS, None, "OR Art. 958f, MWSTG Art. 70"),
    RetentionRule("CH", RecordKind.BOOKS, 10, _ALWAYS, None, "OR Art. 958f"),
    RetentionRule("FR", RecordKind.VOUCHER, 10, _ALWAYS, None, "Code de commerce Art. L123-22"),
    RetentionRule("FR", RecordKind.BOOKS, 10, _ALWAYS, None, "Code de commerce Art. L123-22"),
    RetentionRule("ES", RecordKind.VOUCHER, 6, _ALWAYS, None, "Codigo de Comercio Art. 30"),
    RetentionRule("ES", RecordKind.BOOKS, 6, _ALWAYS, None, "Codigo de Comercio Art. 30"),
    RetentionRule("IT", RecordKind.VOUCHER, 10, _ALWAYS, None, "Codice civile Art. 2220"),
    RetentionRule("IT", RecordKind.BOOKS, 10, _ALWAYS, None, "Codice civile Art. 2220"),
    RetentionRule("NL", RecordKind.VOUCHER, 7, _ALWAYS, None, "AWR Art. 52 (4)"),
    RetentionRule("NL", RecordKind.BOOKS, 7, _ALWAYS, None, "AWR Art. 52 (4)"),
)


def find_retention(country: str, kind: RecordKind, made_date: date) -> RetentionRule:
    """Find the rule for a record made on a day; of an unknown country, or a kind it does not name, the longest one."""
    of_kind = [
        rule
        for rule in RETENTION_RULES
        if rule.kind is kind
        and rule.valid_from <= made_date
        and (rule.valid_until is None or made_date < rule.valid_until)
    ]
    own = [rule for rule in of_kind if rule.country == country]
    return max(own or of_kind, key=lambda rule: rule.years)


def retention_end(created_date: date, years: int) -> date:
    """Give the last day a record must be kept, counted from the end of the calendar year it was made in.

    A voucher of 10 May 2026 kept 8 years stays until 31 December 2034 (AO s. 147 (4), UStG s. 14b). An open
    assessment or a legal hold lasts longer, whatever this says.
    """
    if years < 1:
        raise BadRetention(f"{years} years is no retention period.", param="years")
    if created_date.year + years > MAXYEAR:
        raise DateOutOfRange(f"{created_date} plus {years} years is no date.", param="years")
    return date(created_date.year + years, 12, 31)
