"""When the tax of a claim that is not paid may be taken back: national conditions of Directive 2006/112/EC art. 90.

Rules are data with a source and an interval of days; which one holds is decided by the day of the write-off, and
what was looked at comes back in words, so that the decision can be read later. `checked` says what a rule was compared
with, `open_points` what of the law it leaves out or could not be compared: docs/law.md tells both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from acquit.core.calendar import add_months


@dataclass(frozen=True, slots=True)
class ReliefRule:
    """One country's conditions in a half-open interval of days; all that are set must be met.

    `months_since_supply_small` is the shorter wait of a small business; the time to claim runs from the end of the
    longer one. `insolvency_from`: the procedure was opened on that day or later.
    """

    country: str
    code: str
    source: str
    valid_from: date
    checked: str
    open_points: str
    valid_until: date | None = None
    needs_uncollectible: bool = False
    needs_insolvency: bool = False
    needs_claim: bool = False
    days_past_due: int = 0
    months_since_supply: int = 0
    months_since_supply_small: int | None = None
    months_to_claim: int | None = None
    insolvency_from: date | None = None


@dataclass(frozen=True, slots=True)
class ReliefFacts:
    """What is known of the debt on the day."""

    due_date: date
    supply_date: date
    is_insolvent: bool = False
    is_uncollectible: bool = False
    is_claimed: bool = False
    is_small_business: bool = False
    insolvent_since: date | None = None


@dataclass(frozen=True, slots=True)
class Relief:
    """Whether tax comes back, under which rule, and which of its conditions are missing."""

    is_granted: bool
    rule: str
    missing: tuple[str, ...]


RULES: tuple[ReliefRule, ...] = (
    ReliefRule(
        "DE",
        "DE-17-2",
        "UStG s. 17 (2) no. 1",
        date(1980, 1, 1),
        checked="handbook section 5; Schwarz/Widmann/Radeisen on s. 17 (Haufe); FinMin Brandenburg, 5 Dec 2005",
        open_points="the first day, that of the UStG 1980, is from memory",
        needs_uncollectible=True,
    ),
    ReliefRule(
        "PL",
        "PL-89A-150",
        "ustawa o VAT art. 89a (1a)",
        date(2013, 1, 1),
        checked="the 150 days before 2019: controllingirachunkowosc.pl; kancelaria.bijas.pl, 12 Mar 2019",
        open_points="the first day is from memory; the time limit of art. 89a (2) no. 5 is not looked at",
        valid_until=date(2019, 1, 1),
        days_past_due=150,
    ),
    ReliefRule(
        "PL",
        "PL-89A-90",
        "ustawa o VAT art. 89a (1a), Act of 9 November 2018 art. 20, 46",
        date(2019, 1, 1),
        checked="handbook section 5; controllingirachunkowosc.pl; kancelaria.bijas.pl, 12 Mar 2019; infor.pl, Jul 2020",
        open_points="the time limit of art. 89a (2) no. 5, counted from the invoice, is not looked at",
        days_past_due=90,
    ),
    ReliefRule(
        "ES",
        "ES-80-4",
        "Ley 37/1992 art. 80.Cuatro, Ley 31/2022 art. 77",
        date(2023, 1, 1),
        checked="handbook section 5; lealtadis.es on Ley 31/2022; despachoabaco.com, asesorexcelente.com on the wait",
        open_points="50 EUR for consumers, the VAT books and the notice to the AEAT are not looked at",
        needs_claim=True,
        months_since_supply=12,
        months_since_supply_small=6,
        months_to_claim=6,
    ),
    ReliefRule(
        "IT",
        "IT-26-3BIS",
        "DPR 633/1972 art. 26 c. 3-bis, DL 73/2021 art. 18",
        date(2021, 5, 26),
        checked="handbook section 5; sgbstudio.it and michelebana.it on DL 73/2021",
        open_points="earlier procedures and individual enforcement follow the old rule, not kept here",
        needs_insolvency=True,
        insolvency_from=date(2021, 5, 26),
    ),
)


def find_relief_rule(country: str, on_date: date) -> ReliefRule | None:
    """Find the rule of a country on a day, None where none is known."""
    for rule in RULES:
        if (
            rule.country == country
            and rule.valid_from <= on_date
            and (rule.valid_until is None or on_date < rule.valid_until)
        ):
            return rule
    return None


def decide_relief(country: str, facts: ReliefFacts, on_date: date) -> Relief:
    """Decide whether the tax may be taken back on a day; without a known rule it may not."""
    rule = find_relief_rule(country, on_date)
    if rule is None:
        return Relief(is_granted=False, rule="", missing=("NO_RULE",))
    missing = tuple(_missing(rule, facts, on_date))
    return Relief(not missing, rule.code, missing)


def _missing(rule: ReliefRule, facts: ReliefFacts, on_date: date) -> list[str]:
    wait = rule.months_since_supply
    if facts.is_small_business and rule.months_since_supply_small is not None:
        wait = rule.months_since_supply_small
    earliest = add_months(facts.supply_date, wait)
    latest = None
    if rule.months_to_claim is not None:
        latest = add_months(facts.supply_date, rule.months_since_supply + rule.months_to_claim)
    since = facts.insolvent_since
    conditions = (
        ("UNCOLLECTIBLE", not rule.needs_uncollectible or facts.is_uncollectible or facts.is_insolvent),
        ("INSOLVENCY", not rule.needs_insolvency or facts.is_insolvent),
        (
            "INSOLVENCY_DATE",
            rule.insolvency_from is None
            or not facts.is_insolvent
            or (since is not None and since >= rule.insolvency_from),
        ),
        ("CLAIM", not rule.needs_claim or facts.is_claimed),
        ("DAYS_PAST_DUE", (on_date - facts.due_date).days >= rule.days_past_due),
        ("MONTHS_SINCE_SUPPLY", on_date >= earliest),
        ("TIME_LIMIT", latest is None or on_date <= latest),
    )
    return [name for name, is_met in conditions if not is_met]
