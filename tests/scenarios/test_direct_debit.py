"""Direct debit, from the mandate to the money and back: told, ordered, credited, two returned, the books at zero."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from acquit.cash.models import BankAccount, DebitReturn
from acquit.cash.operations import (
    CannotCollect,
    MandateDraft,
    RunOutcome,
    activate_mandate,
    amend_account,
    approve_debit_run,
    cancel_debit_run,
    end_mandate,
    process_debit_returns,
    propose_debit_run,
    record_status_report,
    store_bank_accounts,
    store_mandates,
    suspend_mandate,
    write_debit_run,
)
from acquit.cash.queries import (
    get_debit_run,
    get_mandate,
    get_receipt,
    list_notices,
    list_revocable_cash,
)
from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.disputes.models import Dispute
from acquit.formats.pain import MandateAmendment, PaymentOrder, read_payment_order, read_status_report
from acquit.receivables.operations import CarriedPart, split_into_instalments
from acquit.receivables.queries import list_open_items
from acquit.work.models import WorkItem
from tests.builders import SYSTEM, Books, bank_line, clerk, make_books
from tests.cash.standing import in_balance, open_amounts
from tests.scenarios.books_of_account import assert_books_are_sound

pytestmark = pytest.mark.django_db

D = Decimal
OURS = "DE02100500000054540402"
ADA, BEN, CEM = "DE89370400440532013000", "NL91ABNA0417164300", "FR1420041010050500013M02606"
CREDITOR = "DE98ZZZ09999999999"
SIGNED = date(2026, 1, 5)
TOLD = date(2026, 3, 18)  # 14 days before the money is taken
TAKEN = date(2026, 4, 1)
WRITTEN_AT = datetime(2026, 3, 30, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 4, 8, 9, 0, tzinfo=UTC)


@pytest.fixture
def books() -> Books:
    """Give a company with an account at a bank."""
    found = make_books("Kontor GmbH")
    store_bank_accounts(actor=SYSTEM, company_id=found.company_id, accounts=[(OURS, "EUR", "Hausbank")])
    return found


def mandate(books: Books, customer: int, reference: str, **said: Any) -> int:
    facts: dict[str, Any] = {"creditor_id": CREDITOR, "account": ADA, "signed_date": SIGNED}
    draft = MandateDraft(customer, reference, **{**facts, **said})
    [mandate_id] = store_mandates(actor=SYSTEM, company_id=books.company_id, drafts=[draft])
    activate_mandate(actor=SYSTEM, mandate_id=mandate_id, on_date=SIGNED)
    return mandate_id


def propose(books: Books, day: date = TAKEN, today: date = TOLD, **said: Any) -> RunOutcome:
    account = BankAccount.objects.get(company_id=books.company_id)
    facts: dict[str, Any] = {"actor": clerk(books.company_id, Duty.CASH, user_id=1)}
    return propose_debit_run(
        company_id=books.company_id,
        bank_account_id=account.id,
        collection_date=day,
        business_date=today,
        **{**facts, **said},
    )


def order(books: Books, run: RunOutcome, *, told: date = TOLD, today: date | None = None) -> PaymentOrder:
    """Approve a run and write it; gives the order as a bank reads it."""
    second = clerk(books.company_id, Duty.CASH, user_id=2)
    approve_debit_run(actor=second, run_id=run.run_id, business_date=told)
    file = write_debit_run(
        actor=second, run_id=run.run_id, business_date=today or run.submit_by, written_at=WRITTEN_AT
    )
    return read_payment_order(io.BytesIO(file.content), "debit.xml")


def credit(books: Books, *lines: Any) -> None:
    for line in lines:
        books.bank_lines(line, account=OURS)


def returned(amount: str, end_to_end_id: str, code: str, day: date = date(2026, 4, 7)) -> Any:
    return bank_line(
        amount,
        "RUECKLASTSCHRIFT",
        end_to_end_id=end_to_end_id,
        return_code=code,
        booking_date=day,
        value_date=day,
    )


def process(books: Books) -> list[str]:
    """Process by hand what waits; gives the codes of what that settled."""
    outcomes = process_debit_returns(
        actor=SYSTEM, company_id=books.company_id, business_date=date(2026, 4, 8), decided_at=NOW
    )
    return [one.code for one in outcomes]


def followed(books: Books) -> list[tuple[str, str, date | None]]:
    """Give what followed each return, in the order they came."""
    rows = DebitReturn.objects.filter(company_id=books.company_id).order_by("id")
    return list(rows.values_list("code", "action", "retry_date"))


def states(run: RunOutcome) -> dict[str, str]:
    return {one.number: one.state for one in get_debit_run(run.run_id).collections}


def test_from_the_mandate_to_the_money_and_two_that_come_back(books: Books) -> None:
    ada, ben, cem = (
        books.customer("1", language="de"),
        books.customer("2", language="en"),
        books.customer("3"),
    )
    for customer, reference, account in ((ada, "M-A", ADA), (ben, "M-B", BEN), (cem, "M-C", CEM)):
        mandate(books, customer, reference, account=account, pay_day=25 if customer == ada else None)
    invoices = [
        books.invoice(customer, amount, tax=tax, document_date=date(2026, 2, 20))
        for customer, amount, tax in (
            (ada, "119.00", "19.00"),
            (ben, "238.00", "38.00"),
            (cem, "59.50", "9.50"),
        )
    ]

    run = propose(books)
    assert (run.count, run.amount, run.submit_by) == (3, D("416.50"), date(2026, 3, 31))
    file = order(books, run)
    said = (
        f"Kontor GmbH zieht 119,00 EUR für {invoices[0].number} am 01.04.2026 von Ihrem Konto DE89…3000 ein"
        f" (Mandat M-A, Gläubiger-Identifikationsnummer {CREDITOR})."
    )
    assert list_notices(run.run_id)[0] == (ada, TOLD, said)
    [block] = file.blocks
    assert (block.scheme, block.sequence, block.execution_date) == ("CORE", "RCUR", TAKEN)
    assert (file.count, file.control_sum, block.account) == (3, D("416.50"), OURS)
    names = [one.end_to_end_id for one in file.transactions]

    credit(
        books,
        *(bank_line(str(one.amount), "", end_to_end_id=one.end_to_end_id) for one in file.transactions),
    )
    assert set(states(run).values()) == {"COLLECTED"}
    assert open_amounts(books) == {}
    assert (in_balance(books, "BANK"), in_balance(books, "UNAPPLIED_CASH")) == ("416.50", "0.00")
    # CORE cash can be called back for eight weeks
    revocable = list_revocable_cash(books.company_id, as_of=date(2026, 5, 27))
    assert sum(one.amount for one in revocable) == D("416.50")
    assert list_revocable_cash(books.company_id, as_of=date(2026, 5, 28)) == []

    credit(books, returned("-122.50", names[0], "AM04"), returned("-62.50", names[2], "MD01"))
    back = [("AM04", "RETRY", date(2026, 4, 27)), ("MD01", "STOP", None)]
    assert followed(books) == back

    # the pay day is the 25th, a Saturday; both invoices are owed again since their own due days, the fees are apart
    assert open_amounts(books) == {invoices[0].number: "119.00", invoices[2].number: "59.50"}
    assert {item.due_date for item in list_open_items(company_ids=[books.company_id])} == {date(2026, 3, 22)}
    assert (in_balance(books, "BANK_CHARGES"), in_balance(books, "BANK")) == ("6.50", "231.50")
    assert in_balance(books, "RECEIVABLES") == "178.50"
    assert [get_mandate(one.mandate_id).state for one in get_debit_run(run.run_id).collections] == [
        *("ACTIVE", "ACTIVE", "CANCELLED")
    ]
    waiting = WorkItem.objects.filter(company_id=books.company_id, queue="DEBIT")
    assert list(waiting.values_list("reason", "amount")) == [("STOP", D("59.50"))]
    assert process(books) == []
    assert_books_are_sound()

    # tried once more on the pay day, then dunned
    with pytest.raises(CannotCollect, match="Nothing is collected") as refused:
        propose(books, date(2026, 4, 24), date(2026, 4, 8))
    assert refused.value.details["left_out"] == [f"{invoices[0].number}: TRIED_AGAIN_LATER"]
    again = propose(books, date(2026, 4, 27), date(2026, 4, 20))
    [second] = order(books, again, told=date(2026, 4, 20)).transactions
    credit(books, bank_line("119.00", "", end_to_end_id=second.end_to_end_id))
    credit(books, returned("-122.50", second.end_to_end_id, "AM04", date(2026, 4, 29)))
    assert followed(books) == [*back, ("AM04", "DUN", None)]
    with pytest.raises(CannotCollect):
        propose(books, date(2026, 5, 4), date(2026, 4, 30))
    assert open_amounts(books) == {invoices[0].number: "119.00", invoices[2].number: "59.50"}
    assert_books_are_sound()


def test_a_sum_booked_for_the_whole_run_is_set_out_and_one_of_it_can_come_back(books: Books) -> None:
    for number, amount in (("1", "100.00"), ("2", "200.00")):
        customer = books.customer(number)
        mandate(books, customer, f"M-{number}")
        books.invoice(customer, amount, document_date=date(2026, 2, 20))
    run = propose(books)
    file = order(books, run)

    credit(books, bank_line("300.00", f"SAMMLER {run.message_id}"))

    assert set(states(run).values()) == {"COLLECTED"}
    assert (in_balance(books, "BANK"), in_balance(books, "BANK_CLEARING")) == ("300.00", "0.00")
    assert open_amounts(books) == {}
    credit(books, returned("-100.00", file.transactions[0].end_to_end_id, "AC04"))
    assert followed(books) == [("AC04", "SUSPEND", None)]
    assert list(open_amounts(books).values()) == ["100.00"]
    assert_books_are_sound()


def test_rejections_before_the_money_moves_come_by_report(books: Books) -> None:
    mandates, numbers = [], []
    for number in ("1", "2", "3"):
        customer = books.customer(number)
        mandates.append(mandate(books, customer, f"M-{number}"))
        numbers.append(books.invoice(customer, "100.00", document_date=date(2026, 2, 20)).number)
    run = propose(books)
    names = [one.end_to_end_id for one in order(books, run).transactions]
    told = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>{code}</Cd>"
        "</Rsn></StsRsnInf></TxInfAndSts>"
        for name, code in ((names[0], "MD07"), (names[1], "XY99"))
    )
    report = read_status_report(
        io.BytesIO(
            "<Document><CstmrPmtStsRpt><GrpHdr><MsgId>R</MsgId></GrpHdr><OrgnlGrpInfAndSts>"
            f"<OrgnlMsgId>{run.message_id}</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>"
            f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{run.message_id}-1</OrgnlPmtInfId>{told}</OrgnlPmtInfAndSts>"
            "</CstmrPmtStsRpt></Document>".encode()
        ),
        "report.xml",
    )
    facts: dict[str, Any] = {"actor": SYSTEM, "business_date": date(2026, 3, 31), "decided_at": NOW}

    outcomes = record_status_report(company_id=books.company_id, report=report, **facts)

    assert [(one.code, one.kind, one.action) for one in outcomes] == [
        ("MD07", "REJECT", "ESTATE"),
        ("XY99", "REJECT", "ASK"),
    ]
    assert record_status_report(company_id=books.company_id, report=report, **facts) == []
    assert states(run) == dict(zip(numbers, ["REJECTED", "REJECTED", "SUBMITTED"], strict=True))
    assert [get_mandate(one).state for one in mandates] == ["SUSPENDED", "ACTIVE", "ACTIVE"]
    assert DebitReturn.objects.filter(company_id=books.company_id).count() == 2
    with pytest.raises(CannotCollect, match="No order of ours"):
        record_status_report(company_id=make_books().company_id, report=report, **facts)
    assert_books_are_sound()


def test_a_refund_asked_by_the_customer_opens_a_case(books: Books) -> None:
    customer = books.customer()
    mandate(books, customer, "M-1")
    books.invoice(customer, "100.00", document_date=date(2026, 2, 20))
    [one] = order(books, propose(books)).transactions
    credit(books, bank_line("100.00", "", end_to_end_id=one.end_to_end_id))
    credit(books, returned("-100.00", one.end_to_end_id, "MD06", date(2026, 5, 20)))
    assert followed(books) == [("MD06", "DISPUTE", None)]
    assert [case.amount for case in Dispute.objects.filter(company_id=books.company_id)] == [D("100.00")]
    assert_books_are_sound()


def test_instalments_are_collected_each_on_its_day(books: Books) -> None:
    customer = books.customer()
    mandate(books, customer, "M-1")
    invoice = books.invoice(customer, "300.00", document_date=date(2026, 2, 20))
    split_into_instalments(
        actor=SYSTEM,
        item_id=invoice.item_id,
        parts=[
            CarriedPart(D("100.00"), day) for day in (date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 29))
        ],
        on_date=date(2026, 3, 2),
    )
    run = propose(books)
    assert (run.count, run.amount) == (1, D("100.00"))
    order(books, run)
    later = propose(books, date(2026, 6, 1), date(2026, 5, 11))
    assert (later.count, later.amount) == (2, D("200.00"))


def test_what_is_due_and_left_out_is_told_why(books: Books) -> None:
    short, told, lapsing, business = books.customers("1", "2", "3", "4")
    mandate(books, short, "M-1")
    mandate(books, told, "M-2", notice_days=2, account=BEN)
    mandate(books, lapsing, "M-3", signed_date=date(2023, 3, 31))
    mandate(books, business, "M-4", scheme="B2B", notice_days=2, mandate_type="OOFF")
    numbers = [
        books.invoice(customer, "10.00", document_date=date(2026, 2, 20)).number
        for customer in (short, told, lapsing, business)
    ]
    books.invoice(business, "10.00", document_date=date(2026, 2, 21))  # given once, serves one
    run = propose(books, today=date(2026, 3, 30))
    assert {(one.number, one.reason) for one in run.left_out} == {
        (numbers[0], "NOTICE_TOO_SHORT"),
        (numbers[2], "MANDATE_LAPSES"),
    }
    file = order(books, run, told=date(2026, 3, 30))
    assert [(one.scheme, one.sequence) for one in file.blocks] == [("B2B", "OOFF"), ("CORE", "RCUR")]
    b2b = file.blocks[0].transactions[0]
    credit(books, bank_line("10.00", "", end_to_end_id=b2b.end_to_end_id))
    [used] = [one for one in get_debit_run(run.run_id).collections if one.sequence == "OOFF"]
    assert (get_mandate(used.mandate_id).state, used.refundable_until) == ("CANCELLED", None)
    assert list_revocable_cash(books.company_id, as_of=TAKEN) == []


def test_an_amended_account_is_told_to_the_bank_once_and_the_last_collection_ends_the_mandate(
    books: Books,
) -> None:
    customer = books.customer()
    known = mandate(books, customer, "M-1")
    amend_account(actor=SYSTEM, mandate_id=known, account=BEN, on_date=date(2026, 2, 1))
    end_mandate(actor=SYSTEM, mandate_id=known, on_date=date(2026, 2, 1))
    books.invoice(customer, "10.00", document_date=date(2026, 2, 20))
    run = propose(books)
    [one] = order(books, run).transactions
    assert one.mandate is not None
    assert (one.account, one.mandate.amendment) == (BEN, MandateAmendment(is_other_account=True))
    credit(books, bank_line("10.00", "", end_to_end_id=one.end_to_end_id))
    assert get_mandate(known).state == "CANCELLED"
    assert [each.sequence for each in get_debit_run(run.run_id).collections] == ["FNAL"]


def test_a_run_takes_two_people_and_is_written_once_in_time(books: Books) -> None:
    customer, other = books.customers("1", "2")
    mandate(books, customer, "M-1")
    stopped = mandate(books, other, "M-2")
    for each in (customer, other):
        books.invoice(each, "10.00", document_date=date(2026, 2, 20))
    first, second = (clerk(books.company_id, Duty.CASH, user_id=number) for number in (1, 2))
    for day, today, what in (
        (date(2026, 4, 3), TOLD, "do not settle"),  # Good Friday
        (TAKEN, TAKEN, "handed in until 2026-03-31"),
    ):
        with pytest.raises(CannotCollect, match=what):
            propose(books, day, today)
    with pytest.raises(NotAllowed):
        propose(books, actor=clerk(books.company_id, Duty.MASTER))
    with pytest.raises(CannotCollect, match=r"pain\.008\.001\.05 is not written"):
        propose(books, version="pain.008.001.05")
    run = propose(books)
    with pytest.raises(CannotCollect, match="Nothing is collected"):
        propose(books)
    for actor in (first, SYSTEM):
        with pytest.raises(CannotCollect, match="second person"):
            approve_debit_run(actor=actor, run_id=run.run_id, business_date=TOLD)
    with pytest.raises(CannotCollect, match="too late"):
        approve_debit_run(actor=second, run_id=run.run_id, business_date=date(2026, 3, 19))
    write: dict[str, Any] = {
        "run_id": run.run_id,
        "business_date": date(2026, 3, 30),
        "written_at": WRITTEN_AT,
    }
    with pytest.raises(CannotCollect, match="PROPOSED"):
        write_debit_run(actor=first, **write)
    approve_debit_run(actor=second, run_id=run.run_id, business_date=TOLD)
    with pytest.raises(CannotCollect, match="handed in until"):
        write_debit_run(actor=first, **{**write, "business_date": TAKEN})

    suspend_mandate(actor=first, mandate_id=stopped, reason="asked", on_date=TOLD)
    file = write_debit_run(actor=first, **write)
    again = write_debit_run(actor=second, **{**write, "business_date": date(2026, 6, 1), "written_at": NOW})
    assert (file.content, len(read_payment_order(io.BytesIO(file.content), "x").transactions)) == (
        again.content,
        1,
    )
    assert sorted(states(run).values()) == ["CANCELLED", "SUBMITTED"]
    with pytest.raises(CannotCollect, match="WRITTEN"):
        cancel_debit_run(actor=first, run_id=run.run_id, reason="x")


def test_a_cancelled_run_leaves_its_items_for_the_next(books: Books) -> None:
    customer = books.customer()
    mandate(books, customer, "M-1")
    books.invoice(customer, "10.00", document_date=date(2026, 2, 20))
    run = propose(books)
    cancel_debit_run(actor=SYSTEM, run_id=run.run_id, reason="wrong day")
    assert (get_debit_run(run.run_id).state, propose(books).count) == ("CANCELLED", 1)


def test_money_for_an_item_paid_otherwise_meanwhile_stays_with_the_customer(books: Books) -> None:
    customer = books.customer()
    mandate(books, customer, "M-1")
    invoice = books.invoice(customer, "100.00", document_date=date(2026, 2, 20))
    run = propose(books)
    [one] = order(books, run).transactions
    books.clear(books.payment(customer, "70.00"), invoice.item_id, "70.00")
    credit(books, bank_line("100.00", "", end_to_end_id=one.end_to_end_id))
    [collection] = get_debit_run(run.run_id).collections
    receipt = get_receipt(collection.receipt_id or 0)
    assert (collection.state, receipt.state, receipt.customer_id) == ("COLLECTED", "AUTO", customer)
    assert list(open_amounts(books).values()) == ["-70.00"]
    assert_books_are_sound()
