"""New money is decided once, posted with its proof, and carried forward from receipt to receipt."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from acquit.cash.models import BankLine, Receipt
from acquit.cash.operations import MatchOutcome, NewMoney, deciding, match_bank_lines, record_payments
from acquit.cash.queries import count_receipts, count_waiting, list_receipts
from acquit.cash.rules.receipts import OpenItem, ReceiptFact
from acquit.controls.models import Decision
from acquit.controls.operations import store_policy
from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.controls.rules.policy_defaults import DEFAULTS
from acquit.core.money import AmountTooFine, UnknownCurrency
from acquit.disputes.queries import list_disputes
from acquit.infra.models import Event
from acquit.infra.transaction import PeriodNotOpen
from acquit.ledger.operations import move_period
from acquit.ledger.queries import get_period_of
from acquit.ledger.rules.periods import PeriodStatus
from acquit.receivables.models import ClearingEdge, Item
from tests.builders import DECIDED_AT, PAYMENT_DAY, SYSTEM, Books, bank_line, clerk, make_books
from tests.cash.standing import (
    assert_sound,
    how_it_stands,
    in_balance,
    only_receipt,
    open_amounts,
    receipt_of,
)

pytestmark = pytest.mark.django_db
D = Decimal
IBAN = "DE89370400440532013000"


def run(books: Books, **said: Any) -> MatchOutcome:
    facts: dict[str, Any] = {"actor": SYSTEM, "business_date": PAYMENT_DAY, "decided_at": DECIDED_AT}
    return match_bank_lines(company_id=books.company_id, **{**facts, **said})


def money(books: Books, amount: str, text: str = "", **said: Any) -> NewMoney:
    facts: dict[str, Any] = {
        "key": 0,
        "company_id": books.company_id,
        "currency": "EUR",
        "amount": D(amount),
        "value_date": PAYMENT_DAY,
        "text": text,
    }
    reference = said.pop("reference", f"{amount} {text}")
    return NewMoney(
        ReceiptFact(**{**facts, **said}), PAYMENT_DAY, f"P-{reference}", source="FILE", reference=reference
    )


def record(books: Books, *payments: NewMoney, **said: Any) -> MatchOutcome:
    facts: dict[str, Any] = {"actor": SYSTEM, "business_date": PAYMENT_DAY, "decided_at": DECIDED_AT}
    return record_payments(company_id=books.company_id, payments=payments, **{**facts, **said})


def test_a_named_invoice_is_paid_posted_and_proved() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    invoice = books.invoice(customer, "119.00", tax="19.00")

    books.bank_lines(bank_line("119.00", f"Rechnung {invoice.number}", iban=IBAN))

    receipt = only_receipt(books)
    assert (receipt.state, receipt.customer_id) == ("AUTO", customer)
    assert open_amounts(books) == {}
    assert (in_balance(books, "BANK"), in_balance(books, "RECEIVABLES")) == ("119.00", "0.00")
    decision = Decision.objects.get(id=receipt.decision_id)
    assert (decision.outcome, decision.subject_id, decision.proof["rule"]) == (
        "AUTO",
        receipt.id,
        "DOCUMENT_NUMBER",
    )
    assert Event.objects.get(kind="cash.receipt.decided").payload["state"] == "AUTO"
    assert count_waiting([books.company_id]) == 0
    assert_sound()


def test_deciding_twice_changes_nothing() -> None:
    books = make_books()
    customer = books.customer()
    books.bank_lines(bank_line("119.00", books.invoice(customer, "119.00").number))
    before = how_it_stands(books)

    outcome = run(books)

    assert outcome.states == {}
    assert how_it_stands(books) == before


def test_receipts_of_one_run_see_what_the_ones_before_took() -> None:
    books = make_books()
    number = books.invoice(books.customer(), "119.00").number

    books.bank_lines(bank_line("119.00", number), bank_line("119.00", number))

    states = [receipt.state for receipt in list_receipts(company_ids=[books.company_id])]
    assert sorted(states) == ["AUTO", "UNAPPLIED"]
    assert count_waiting([books.company_id]) == 1
    assert_sound()


def test_two_equal_invoices_are_never_posted_by_amount() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,), is_auto_by_amount=True)
    books.invoice(customer, "500.00")
    books.invoice(customer, "500.00")

    books.bank_lines(bank_line("500.00", "Zahlung", iban=IBAN))

    assert only_receipt(books).state == "PROPOSED"
    assert ClearingEdge.objects.count() == 0
    assert_sound()


def test_a_duplicate_payment_stays_with_its_customer() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    invoice = books.invoice(customer, "500.00")
    books.bank_lines(bank_line("500.00", invoice.number, iban=IBAN))

    books.bank_lines(bank_line("500.00", invoice.number, iban=IBAN), opening="500.00")

    states = {receipt.state: receipt.customer_id for receipt in list_receipts(company_ids=[books.company_id])}
    assert states == {"AUTO": customer, "ON_ACCOUNT": customer}
    assert in_balance(books, "UNAPPLIED_CASH") == "-500.00"
    assert_sound()


def test_a_duplicate_of_an_earlier_run_is_not_placed_by_its_amount() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,), is_auto_by_amount=True)
    books.invoice(customer, "500.00")
    books.bank_lines(bank_line("500.00", "Wartung 2026-03", iban=IBAN))
    books.invoice(customer, "500.00", document_date=date(2026, 3, 20))

    books.bank_lines(bank_line("500.00", "Wartung 2026-03", iban=IBAN), opening="500.00")

    assert sorted(r.state for r in list_receipts(company_ids=[books.company_id])) == ["AUTO", "UNAPPLIED"]


def test_a_discount_in_time_takes_back_revenue_and_its_tax() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    invoice = books.invoice(
        customer,
        "1190.00",
        tax="190.00",
        document_date=PAYMENT_DAY - timedelta(days=8),
        payment_terms="2/10 NET30",
    )

    books.bank_lines(bank_line("1166.20", f"RE {invoice.number} SKONTO 23,80", iban=IBAN))

    assert only_receipt(books).state == "AUTO"
    assert open_amounts(books) == {}
    assert in_balance(books, "REVENUE_REDUCTIONS") == "20.00"
    assert in_balance(books, "OUTPUT_VAT") == "-186.20"
    assert_sound()


@pytest.mark.parametrize(("paid", "difference"), [("996.60", "3.40"), ("1003.00", "-3.00")])
def test_a_small_difference_is_written_off_either_way(paid: str, difference: str) -> None:
    books = make_books()
    invoice = books.invoice(books.customer(), "1000.00")

    books.bank_lines(bank_line(paid, invoice.number))

    assert only_receipt(books).state == "AUTO"
    assert open_amounts(books) == {}
    assert in_balance(books, "PAYMENT_DIFFERENCES") == difference
    assert_sound()


def test_agreed_bank_charges_are_an_expense() -> None:
    books = make_books()
    invoice = books.invoice(books.customer("1001", bank_charges="SHA"), "25000.00")

    books.bank_lines(bank_line("24982.00", invoice.number))

    assert only_receipt(books).state == "AUTO"
    assert (in_balance(books, "BANK"), in_balance(books, "BANK_CHARGES")) == ("24982.00", "18.00")
    assert_sound()


def test_a_credit_note_named_is_netted() -> None:
    books = make_books()
    customer = books.customer()
    invoice, note = books.invoice(customer, "1200.00"), books.invoice(customer, "-200.00")

    books.bank_lines(bank_line("1000.00", f"{invoice.number} ABZGL {note.number}"))

    assert only_receipt(books).state == "AUTO"
    assert open_amounts(books) == {}
    assert_sound()


def test_a_parent_pays_its_childrens_invoices_by_transfer() -> None:
    books = make_books()
    parent = books.customer("1000", ibans=(IBAN,))
    children = [
        books.customer(number, parent_number="1000", payer_number="1000") for number in ("1001", "1002")
    ]
    invoices = [
        books.invoice(child, amount) for child, amount in zip(children, ("300.00", "200.00"), strict=True)
    ]

    books.bank_lines(bank_line("500.00", " ".join(i.number for i in invoices), iban=IBAN))

    receipt = only_receipt(books)
    assert (receipt.state, receipt.customer_id) == ("AUTO", parent)
    assert open_amounts(books) == {}
    transfers = Item.objects.filter(kind="PAYMENT_TRANSFER").order_by("id")
    assert [(t.customer_id, str(t.original_amount.quantize(D("0.01")))) for t in transfers] == [
        (parent, "300.00"),
        (children[0], "-300.00"),
        (parent, "200.00"),
        (children[1], "-200.00"),
    ]
    assert_sound()


def test_a_deduction_of_an_unknown_payer_posts_only_for_a_person() -> None:
    books = make_books()
    invoice = books.invoice(books.customer(), "1000.00")

    books.bank_lines(bank_line("850.00", f"{invoice.number} ABZGL BRUCH"))

    assert only_receipt(books).state == "PROPOSED"
    assert list_disputes(company_ids=[books.company_id]) == []
    assert count_waiting([books.company_id]) == 1


def test_a_deduction_of_a_known_payer_posts_alone_and_opens_its_case() -> None:
    books = make_books()
    invoice = books.invoice(books.customer("1001", ibans=(IBAN,)), "1000.00")

    books.bank_lines(bank_line("850.00", f"{invoice.number} ABZGL BRUCH 150,00", iban=IBAN))

    assert only_receipt(books).state == "AUTO"
    [case] = list_disputes(company_ids=[books.company_id])
    assert (case.kind, case.reason, case.amount, case.item_id) == (
        "DEDUCTION",
        "QUALITY",
        D("150.00"),
        invoice.item_id,
    )
    assert open_amounts(books) == {invoice.number: "150.00"}
    assert count_waiting([books.company_id]) == 0
    assert_sound()


def test_a_name_in_the_text_of_a_bank_that_names_nobody_is_found_among_all_customers() -> None:
    books = make_books()
    short = books.customer("1001", name="Kirkby Tools Inc")
    long = books.customer("1002", name="Marlow and Cranmer Logistics LLC")

    books.bank_lines(
        bank_line("7.00", "ACH CREDIT KIRKBY TOOLS INC. THANKS"),
        bank_line("8.00", "ACH CREDIT MARLOW AND CRANMER LOGI THANKS"),
    )

    assert [receipt_of(books, amount).customer_id for amount in ("7.00", "8.00")] == [short, long]


def test_nobody_known_stands_on_the_technical_account() -> None:
    books = make_books()

    books.bank_lines(bank_line("12.34", "DANKE"))

    receipt = only_receipt(books)
    assert (receipt.state, receipt.customer_id) == ("UNIDENTIFIED", None)
    assert in_balance(books, "UNAPPLIED_CASH") == "-12.34"
    assert count_receipts([books.company_id]) == {("UNIDENTIFIED", "EUR"): (1, D("12.34"))}
    assert_sound()


def test_what_is_no_customers_money_stands_on_bank_clearing() -> None:
    books = make_books()

    books.bank_lines(bank_line("-120.00", "MIETE"), bank_line("3.10", "HABENZINSEN"), bank_line("0.00"))

    assert [r.state for r in list_receipts(company_ids=[books.company_id])] == ["IGNORED"] * 3
    assert in_balance(books, "BANK_CLEARING") == "116.90"
    assert count_waiting([books.company_id]) == 0
    assert_sound()


def test_money_that_comes_before_its_invoice_clears_on_the_invoices_day() -> None:
    books = make_books()
    invoice = books.invoice(books.customer(), "100.00", document_date=PAYMENT_DAY + timedelta(days=20))

    books.bank_lines(bank_line("100.00", invoice.number))

    assert only_receipt(books).state == "AUTO"
    assert ClearingEdge.objects.get().effective_date == PAYMENT_DAY + timedelta(days=20)
    assert_sound()


def test_a_policy_of_ones_own_decides_from_its_day() -> None:
    books = make_books()
    invoice = books.invoice(books.customer(), "1000.00")
    store_policy(
        actor=clerk(books.company_id, Duty.POLICY, user_id=1),
        approver=clerk(books.company_id, Duty.POLICY, user_id=2),
        company_id=books.company_id,
        kind="MATCHING",
        body={**DEFAULTS["MATCHING"], "tolerance_amount": "1.00"},
        valid_from=PAYMENT_DAY,
    )

    books.bank_lines(bank_line("998.00", invoice.number))

    receipt = only_receipt(books)
    assert receipt.state == "PROPOSED"
    decision = Decision.objects.get(id=receipt.decision_id)
    assert decision.proof["policy"] == {"kind": "MATCHING", "version": 1}
    assert decision.policy_version_id is not None


def test_a_customer_with_ten_thousand_open_items_is_matched() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,), is_auto_by_amount=True)
    issued = books.issue([books.draft(customer, D(10_000 + n) / 100) for n in range(10_000)])

    books.bank_lines(
        bank_line("150.00", f"RE {issued[5000].number}", iban=IBAN),
        bank_line("199.99", "Zahlung", iban=IBAN),
        bank_line("77777.77", "Zahlung", iban=IBAN),
    )

    states = {
        str(r.amount.quantize(D("0.01"))): r.state for r in list_receipts(company_ids=[books.company_id])
    }
    assert states == {"150.00": "AUTO", "199.99": "AUTO", "77777.77": "UNAPPLIED"}
    assert receipt_of(books, "77777.77").customer_id == customer


# --- payments without a bank line ---


def test_a_payment_of_a_named_customer_is_posted_by_one_amount_and_never_twice() -> None:
    books = make_books()
    customer = books.customer()
    books.invoice(customer, "300.00")
    paid = money(books, "300.00", customer_id=customer)

    first, second = record(books, paid), record(books, paid)

    assert (first.states, second.states) == ({"AUTO": 1}, {})
    assert (in_balance(books, "BANK_CLEARING"), in_balance(books, "BANK")) == ("300.00", "0.00")
    assert_sound()


def test_one_reference_given_twice_in_a_file_is_one_payment() -> None:
    books = make_books()
    customer = books.customer()

    record(books, *[money(books, "10.00", customer_id=customer, reference="R-1")] * 2)

    assert Receipt.objects.count() == 1


def test_references_longer_than_an_index_takes_stay_apart() -> None:
    books = make_books()
    customer = books.customer()
    long = "R" * 5_000

    outcome = record(
        books,
        money(books, "10.00", customer_id=customer, reference=long + "1"),
        money(books, "10.00", customer_id=customer, reference=long + "2"),
        money(books, "11.00", "a\x00b", customer_id=customer, reference="c\x00", counterparty="\ud800"),
    )

    assert sum(outcome.states.values()) == 3
    assert sorted(len(reference) for reference in Receipt.objects.values_list("reference", flat=True)) == [
        1,
        500,
        500,
    ]
    assert record(books, money(books, "10.00", customer_id=customer, reference=long + "1")).states == {}


@pytest.mark.parametrize(
    ("said", "refusal"), [({"currency": "EURO"}, UnknownCurrency), ({"amount": D("1.001")}, AmountTooFine)]
)
def test_amounts_that_cannot_be_money_are_refused_whole(
    said: dict[str, Any], refusal: type[Exception]
) -> None:
    books = make_books()
    customer = books.customer()
    good, bad = money(books, "5.00", customer_id=customer), money(books, "1.00", customer_id=customer)
    before = how_it_stands(books)

    with pytest.raises(refusal):
        record(books, good, NewMoney(bad.fact._replace(**said), PAYMENT_DAY, "P", source="F", reference="x"))

    assert how_it_stands(books) == before


def test_who_has_no_duty_decides_nothing() -> None:
    books = make_books()
    reader = clerk(books.company_id, Duty.READ, Duty.COLLECT)
    before = how_it_stands(books)

    with pytest.raises(NotAllowed):
        run(books, actor=reader)
    with pytest.raises(NotAllowed):
        record(books, money(books, "1.00"), actor=reader)

    assert how_it_stands(books) == before


def test_a_line_of_a_month_that_takes_no_entries_is_refused_and_stays_pending() -> None:
    books = make_books()
    april = get_period_of(books.company_id, PAYMENT_DAY)
    assert april is not None
    move_period(actor=SYSTEM, period_id=april.id, to_status=PeriodStatus.SOFT_CLOSED, reason="TEST")

    with pytest.raises(PeriodNotOpen):
        books.bank_lines(bank_line("5.00", "DANKE"))

    assert Receipt.objects.count() == 0
    assert BankLine.objects.count() == 1


def _family(books: Books) -> tuple[int, int, int, int]:
    """Make a parent with two children and a stranger; the parent's account is known."""
    parent = books.customer("P-100", name="Nordwind Holding AG", ibans=(IBAN,))
    children = books.customers("P-101", "P-102", name="Nordwind Laden GmbH", parent_number="P-100")
    return parent, *children, books.customer("S-200", name="Bergmann AG")  # type: ignore[return-value]


@pytest.mark.parametrize(
    "said",
    [
        {"given": 0},
        {"given": 0, "names": 1},
        {"given": 1, "names": 2},
        {"given": 3, "names": 1},
        {"iban": IBAN, "names": 2},
        {"iban": IBAN, "counterparty": "Bergmann AG", "names": 3},
        {"iban": "DE02120300000000202051", "counterparty": "Bergmann AG", "names": 3},
        {"counterparty": "Nordwind Hold"},
        {"names": 3},
        {},
    ],
)
def test_a_payment_is_decided_among_few_payers_as_among_all(
    said: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for few in (20, 0):
        monkeypatch.setattr(deciding, "_FEW", few)
        books = make_books()
        customers = _family(books)
        invoices = [
            books.invoice(customer, "119.00", number=f"R-{n}000") for n, customer in enumerate(customers)
        ]
        facts: dict[str, Any] = {k: v for k, v in said.items() if k in {"iban", "counterparty"}}
        if "given" in said:
            facts["customer_id"] = customers[said["given"]]
        text = invoices[said["names"]].number if "names" in said else "thank you"
        record(books, money(books, "119.00", text, **facts))
        receipt = only_receipt(books)
        decision = Decision.objects.get(id=receipt.decision_id)
        owner = customers.index(receipt.customer_id) if receipt.customer_id in customers else None
        found.append((receipt.state, owner, decision.proof["rule"], open_amounts(books)))
    assert found[0] == found[1]


def test_little_money_of_known_payers_reads_no_other_payers(monkeypatch: pytest.MonkeyPatch) -> None:
    books = make_books()
    parent, *_ = _family(books)
    invoice = books.invoice(parent, "119.00")
    monkeypatch.setattr(deciding, "get_payer_index", lambda *_, **__: pytest.fail("read all payers"))
    outcome = record(books, money(books, "119.00", invoice.number, customer_id=parent))
    assert outcome.states == {"AUTO": 1}


def test_what_stands_as_unidentified_is_not_read_for_the_next_receipt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    books = make_books()
    customer = books.customer("1001")
    document = books.invoice(customer)
    record(books, money(books, "5.00", "Danke"))
    asked: list[set[int]] = []
    read = deciding.list_open_items_of

    def note(company_id: int, customer_ids: set[int]) -> list[OpenItem]:
        asked.append(set(customer_ids))
        return read(company_id, customer_ids)

    monkeypatch.setattr(deciding, "list_open_items_of", note)
    record(books, money(books, "119.00", document.number))

    assert asked == [{customer}]
