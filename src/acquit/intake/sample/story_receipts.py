"""What the story's customers pay in the last days before `as_of`, and what their bank writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from acquit.intake.sample.calendar import SampleDays
from acquit.intake.sample.receipts import ReceiptMaker, applications_less, make_collection
from acquit.intake.sample.values import (
    ZERO,
    Application,
    Customer,
    Difference,
    Document,
    Receipt,
    ReferenceHabit,
    Remitter,
    Scenario,
)

_WEDNESDAY = 2
_RETURN_FEE = Decimal("3.50")


@dataclass(frozen=True, slots=True)
class Stage:
    """What a story is told with: its numbered documents by key, the customers by number, the days."""

    documents: Mapping[str, Document]
    customers: Mapping[str, Customer]
    days: SampleDays
    maker: ReceiptMaker

    def transfer(
        self,
        keys: Sequence[str],
        text: str,
        day: date,
        scenario: Scenario,
        differences: Sequence[Difference] = (),
        reference: ReferenceHabit = ReferenceHabit.NUMBER,
    ) -> Receipt:
        """Pay documents of one customer; `{0}`, `{1}` in the text become their numbers."""
        documents = [self.documents[key] for key in keys]
        customer = self.customers[documents[0].customer]
        applied = applications_less(documents, differences)
        over = sum((-difference.amount for difference in differences if not difference.document), ZERO)
        return Receipt(
            scenario=scenario,
            booking_date=day,
            amount=sum((application.amount for application in applied), over),
            remitter=replace(self.maker.find_remitter(customer), name=customer.name),
            text=text.format(*(document.number for document in documents)),
            customer=customer.number,
            applied=applied,
            differences=tuple(differences),
            reference=reference,
        )


def tell_story(company_key: str, stage: Stage) -> list[Receipt]:
    """Give the story's receipts for a company."""
    return {
        "nordlicht-waermetechnik": _tell_in_germany,
        "nordlicht-austria": _tell_in_austria,
        "nordlicht-uk": _tell_in_britain,
    }[company_key](stage)


def _tell_in_germany(stage: Stage) -> list[Receipt]:
    days = stage.days
    second = stage.documents["rheinland-2"].number
    dachs = stage.documents["dachs"]
    hagedorn = stage.transfer(["hagedorn"], "", days.back(1), Scenario.MISTYPED, (), ReferenceHabit.MISTYPED)
    mistyped = stage.documents["hagedorn"].number.replace("-0", "-O", 1).replace("-1", "-I", 1)
    return [
        stage.transfer(
            ["rheinland-1", "rheinland-2", "rheinland-3"],
            f"RE {{0}} {{1}} {{2}} ABZGL BRUCHSCHADEN 1240,00 ZU {second[-5:]} BEL RB-774120",
            days.back(0),
            Scenario.DEDUCTION,
            [Difference("DEDUCTION", second, Decimal("1240.00"), "QUALITY")],
        ),
        stage.transfer(
            ["spreeufer-1", "spreeufer-2"], "Zahlung wie zugesagt", days.back(4), Scenario.NO_REFERENCE, (),
            ReferenceHabit.NONE,
        ),
        stage.transfer(
            ["ahrenfeld-1", "ahrenfeld-2", "ahrenfeld-3", "ahrenfeld-4"], "Rechnungen lt. Aufstellung",
            days.back(0), Scenario.NO_REFERENCE, (), ReferenceHabit.NONE,
        ),
        replace(
            hagedorn,
            text=f"Rechnung {mistyped}",
            remitter=stage.maker.find_remitter(stage.customers[hagedorn.customer], is_new_account=True),
        ),
        stage.transfer(
            ["dachs"], "RE {0} SKONTO 187,66", days.back(1), Scenario.LATE_DISCOUNT,
            [Difference("DEDUCTION", dachs.number, Decimal("187.66"), "PAYMENT")],
        ),
        stage.transfer(["elbtal-1"], "Rg {0}", days.back(2), Scenario.PLAIN),
        replace(
            stage.transfer(["elbaue-1", "elbaue-2"], "", days.back(4), Scenario.SEVERAL),
            text=(
                f"RE {stage.documents['elbaue-1'].number} {stage.documents['elbaue-2'].number}, "
                f"{stage.documents['elbaue-3'].number} IN KLAERUNG"
            ),
        ),
        _unknown_money(
            days.back(2), "7200.00", Remitter("", "AT369900000000004711"), "Zahlung", Scenario.UNIDENTIFIED
        ),
        _unknown_money(
            days.back(3), "94905.88", Remitter("Factor Bank Mitte AG", "DE89990000090118118000"),
            "SAMMELZAHLUNG ABR. 118 POSITIONEN LT. LISTE", Scenario.FACTOR,
        ),
    ]  # fmt: skip


def _tell_in_austria(stage: Stage) -> list[Receipt]:
    days = stage.days
    alpenhof = stage.documents["alpenhof"]
    collected = alpenhof.due_date + timedelta(days=(_WEDNESDAY - alpenhof.due_date.weekday()) % 7)
    debit = make_collection(
        stage.customers[alpenhof.customer], alpenhof, days.calendar.next_business_day(collected)
    )
    returned = replace(
        debit,
        scenario=Scenario.RETURNED_DEBIT,
        booking_date=days.back(1),
        amount=-debit.amount - _RETURN_FEE,
        text=f"RUECKLASTSCHRIFT {alpenhof.number} MANGELS DECKUNG ENTGELT 3,50",
        applied=(Application(alpenhof.number, -debit.amount),),
        differences=(Difference("BANK_FEE", "", _RETURN_FEE),),
        return_code="AM04",
        charges=_RETURN_FEE,
        batch="",
    )
    overpaid = Difference("OVERPAYMENT", "", Decimal("-119.00"))
    return [
        debit,
        returned,
        stage.transfer(["moosbrugger"], "RE {0}", days.back(2), Scenario.OVERPAYMENT, [overpaid]),
    ]


def _tell_in_britain(stage: Stage) -> list[Receipt]:
    days = stage.days
    penrose = stage.transfer(["penrose"], "ON ACCOUNT OF {0}", days.back(0), Scenario.PART_PAYMENT)
    part = Decimal("25000.00")
    kestrel = stage.transfer(
        ["kestrel-1"], "PAYMENT", days.back(0), Scenario.NO_REFERENCE, (), ReferenceHabit.NONE
    )
    hartwell = stage.transfer(["hartwell"], "", days.back(4), Scenario.CANCELLED_INVOICE)
    return [
        replace(penrose, amount=part, applied=(Application(penrose.applied[0].document, part),)),
        replace(kestrel, applied=(), is_placeable=False),
        stage.transfer(
            ["kestrel-3", "kestrel-4", "kestrel-5"], "INVOICES {0} {1} {2}", days.back(3), Scenario.SEVERAL
        ),
        replace(hartwell, text=f"INV {stage.documents['hartwell-cancelled'].number}"),
        stage.transfer(["moorland"], "INV {0}", days.back(2), Scenario.PLAIN),
    ]


def _unknown_money(day: date, amount: str, remitter: Remitter, text: str, scenario: Scenario) -> Receipt:
    return Receipt(
        scenario=scenario,
        booking_date=day,
        amount=Decimal(amount),
        remitter=remitter,
        text=text,
        is_placeable=False,
    )
