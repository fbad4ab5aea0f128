"""The expected loss of a day: proposed, approved by another, posted, reversed; its movements add up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from acquit.controls.rules.duties import Duty
from acquit.ledger.models import JournalEntry
from acquit.receivables.models import ProvisionLine, ProvisionRun
from acquit.receivables.operations import (
    CannotProvide,
    LossFacts,
    approve_provision,
    assess_customer,
    post_provision,
    propose_provision,
    request_write_off,
    reverse_provision,
)
from tests.builders import SYSTEM, clerk, make_books
from tests.scenarios.books_of_account import assert_books_are_sound, last_entry

pytestmark = pytest.mark.django_db
D = Decimal


def test_matrix_individual_insured_and_the_movement_table() -> None:
    books = make_books()
    plain, alone, insured = books.customers("1", "2", "3")
    books.invoice(plain, "10000.00", document_date=date(2026, 6, 1), due_date=date(2026, 7, 15))
    late = books.invoice(plain, "100.00", document_date=date(2026, 1, 5), due_date=date(2026, 3, 1))
    books.invoice(alone, "500.00", document_date=date(2026, 5, 1), due_date=date(2026, 6, 20))
    books.invoice(insured, "1000.00", document_date=date(2026, 6, 1), due_date=date(2026, 7, 1))
    books.invoice(insured, "-50.00", document_date=date(2026, 6, 1))
    first, second = (clerk(books.company_id, Duty.CLOSE, user_id=n) for n in (1, 2))
    said = {"actor": SYSTEM, "company_id": books.company_id, "valid_from": date(2026, 6, 1), "reason": "r"}
    assess_customer(customer_id=alone, loss_rate=D(60), **said)
    assess_customer(customer_id=insured, insured_percent=D(90), is_insurance_integral=True, **said)

    run = propose_provision(actor=first, company_id=books.company_id, as_of=date(2026, 6, 30))
    lines = ProvisionLine.objects.filter(provision_run_id=run.id).order_by("id")
    assert [
        (x.segment, x.bucket, x.gross_amount, x.insured_amount, x.loss_rate, x.loss_amount) for x in lines
    ] == [
        ("HOME", "NOT_DUE", D("11000.00"), D("900.00"), D("0.3"), D("30.30")),
        ("HOME", "DAYS_91_PLUS", D("100.00"), D(0), D("10.6"), D("10.60")),
        ("INDIVIDUAL", "DAYS_1_30", D("500.00"), D(0), D(60), D("300.00")),
    ]
    assert (run.opening_amount, run.charge_amount, run.closing_amount) == (0, D("340.90"), D("340.90"))
    with pytest.raises(CannotProvide):
        post_provision(actor=second, run_id=run.id)
    with pytest.raises(CannotProvide, match="second person"):
        approve_provision(actor=first, run_id=run.id)
    approve_provision(actor=second, run_id=run.id)
    post_provision(actor=second, run_id=run.id)
    assert last_entry(books, "PROVISION") == {"6100": D("340.90"), "1210": D("-340.90")}

    request_write_off(
        actor=SYSTEM,
        item_id=late.item_id,
        facts=LossFacts(D(0), date(2026, 1, 5)),
        reason="gone",
        on_date=date(2026, 7, 10),
    )
    following = propose_provision(actor=first, company_id=books.company_id, as_of=date(2026, 7, 12))
    assert (
        following.opening_amount,
        following.used_amount,
        following.other_amount,
        following.charge_amount,
        following.released_amount,
        following.closing_amount,
    ) == (D("340.90"), D("100.00"), 0, D("90.70"), 0, D("331.60"))

    with pytest.raises(CannotProvide):
        reverse_provision(actor=second, run_id=following.id, on_date=date(2026, 7, 12))
    reverse_provision(actor=second, run_id=run.id, on_date=date(2026, 1, 12))
    assert last_entry(books, "REVERSAL") == {"6100": D("-340.90"), "1210": D("340.90")}
    assert JournalEntry.objects.get(kind="REVERSAL").posting_date == run.as_of
    approve_provision(actor=second, run_id=following.id)
    with pytest.raises(CannotProvide, match="moved"):
        post_provision(actor=second, run_id=following.id)
    assert [r.state for r in ProvisionRun.objects.order_by("id")] == ["REVERSED", "APPROVED"]
    assert_books_are_sound()
