"""Payment terms as people write them: understood to the last letter in one way, or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.errors import Refusal
from acquit.core.terms import AmbiguousTerms, BadTerms, PaymentTerms, TermsKind, UnknownTerms, parse_terms


def net(days: int, rate: str = "0", discount_days: int = 0) -> PaymentTerms:
    return PaymentTerms(TermsKind.NET, days=days, discount_rate=Decimal(rate), discount_days=discount_days)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NET 30", net(30)),
        ("Net30", net(30)),
        ("net-30", net(30)),
        ("N/30", net(30)),
        ("n30", net(30)),
        ("30", net(30)),
        ("30 days", net(30)),
        ("  30   DAYS net ", net(30)),
        ("30 days from invoice date", net(30)),
        ("Payment terms: 30 days", net(30)),
        ("30 Tage netto", net(30)),
        ("30 Tage", net(30)),
        ("zahlbar innerhalb 14 Tagen ohne Abzug", net(14)),
        ("60 jours", net(60)),
        ("30 días", net(30)),
        ("due on receipt", net(0)),
        ("Payable upon receipt", net(0)),
        ("sofort", net(0)),
        ("sofort fällig", net(0)),
        ("zahlbar sofort ohne Abzug", net(0)),
        ("à réception", net(0)),
        ("2/10 NET30", net(30, "2", 10)),
        ("2/10, n/30", net(30, "2", 10)),
        ("2/10 net 30 days", net(30, "2", 10)),
        ("1.5/15 net 45", net(45, "1.5", 15)),
        ("2%10 net 30", net(30, "2", 10)),
        ("2% 10, net 30", net(30, "2", 10)),
        ("2% 10 Tage, 30 netto", net(30, "2", 10)),
        ("2 % Skonto innerhalb von 10 Tagen, 30 Tage netto", net(30, "2", 10)),
        ("30 Tage netto, 2,5% Skonto bei Zahlung innerhalb 8 Tagen", net(30, "2.5", 8)),
        ("10 Tage 2% Skonto, 30 Tage netto", net(30, "2", 10)),
        ("14 T. 3%, 30 T. netto", net(30, "3", 14)),
        ("0/0 net 30", net(30)),
        ("0% 0 days, 30 days net", net(30)),
        ("2% 10 net 10", net(10, "2", 10)),
        ("EOM", PaymentTerms(TermsKind.EOM_THEN_DAYS)),
        ("EOM + 30", PaymentTerms(TermsKind.EOM_THEN_DAYS, days=30)),
        ("30 days after end of month", PaymentTerms(TermsKind.EOM_THEN_DAYS, days=30)),
        ("30 days from EOM", PaymentTerms(TermsKind.EOM_THEN_DAYS, days=30)),
        ("30 days then EOM", PaymentTerms(TermsKind.DAYS_THEN_EOM, days=30)),
        ("end of month following 45 days", PaymentTerms(TermsKind.DAYS_THEN_EOM, days=45)),
        ("PROX 10", PaymentTerms(TermsKind.PROX, months=1, day=10)),
        ("10th prox", PaymentTerms(TermsKind.PROX, months=1, day=10)),
        ("PROX 10 cutoff 25", PaymentTerms(TermsKind.PROX, months=1, day=10, cutoff_day=25)),
        ("10th of following month", PaymentTerms(TermsKind.PROX, months=1, day=10)),
        ("15. des Folgemonats", PaymentTerms(TermsKind.PROX, months=1, day=15)),
        ("2 months", PaymentTerms(TermsKind.MONTHS, months=2)),
        ("1 Monat", PaymentTerms(TermsKind.MONTHS, months=1)),
        (
            "2/10 EOM + 5",
            PaymentTerms(TermsKind.EOM_THEN_DAYS, days=5, discount_rate=Decimal(2), discount_days=10),
        ),
    ],
)
def test_terms_are_read(text: str, expected: PaymentTerms) -> None:
    assert parse_terms(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "30 EOM",
        "net 30 EOM",
        "45 days end of month",
        "30 jours fin de mois",
        "30 Tage Monatsende",
        "2/10 30 EOM",
        "2/10, n/30 EOM",
    ],
)
def test_days_and_month_end_without_an_order_are_refused_with_both_readings(text: str) -> None:
    with pytest.raises(AmbiguousTerms) as refused:
        parse_terms(text)
    assert refused.value.code == "AMBIGUOUS_TERMS"
    assert refused.value.details["kinds"] == ["EOM_THEN_DAYS", "DAYS_THEN_EOM"]
    assert "EOM_THEN_DAYS" in refused.value.message
    assert "DAYS_THEN_EOM" in refused.value.message


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "garbage",
        "0001",
        "Z030",
        "2/10",
        "2% 10 days",
        "2/10, 1/20, n/30",
        "2/10/30",
        "-30",
        "30.5 days",
        "thirty days",
        "30 days after delivery",
        "net 30 days or so",
        "COD",
        "٣٠ days",
        "99999 days",
        "1" * 5000,
        "net " * 500,
    ],
)
def test_what_is_not_understood_whole_is_refused(text: str) -> None:
    with pytest.raises(UnknownTerms):
        parse_terms(text)


def test_a_discount_longer_than_the_term_is_refused() -> None:
    with pytest.raises(BadTerms, match="longer than the 10 days"):
        parse_terms("2/30 net 10")


@given(text=st.text(alphabet=st.sampled_from("0123456789%/,.+- netdaysomprxTgiSkoENDMO"), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        result = parse_terms(text)
    except Refusal:
        return
    assert isinstance(result, PaymentTerms)


@given(days=st.integers(1, 365), rate=st.integers(1, 9), discount_days=st.integers(1, 365))
def test_the_usual_notation_is_always_read(days: int, rate: int, discount_days: int) -> None:
    if discount_days <= days:
        assert parse_terms(f"{rate}/{discount_days} net {days}") == net(days, str(rate), discount_days)
    assert parse_terms(f"net {days}") == net(days)
