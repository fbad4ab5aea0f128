"""What a receipt may touch is known before anything is decided; whom nobody knows hangs together with nothing."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import pytest

from acquit.cash.rules.advices import StoredAdvice
from acquit.cash.rules.receipts import ReceiptFact
from acquit.cash.rules.remittance_text import read_remittance
from acquit.cash.rules.touching import Surroundings, list_touched
from tests.cash.facts import POLICY, document_of, index, item, payer, receipt
from tests.cash.test_rules_advised import advice, line

INVOICE = item(1, "1000.00")
CHILD = 2


def touched_by(
    fact: ReceiptFact,
    *,
    advices: Sequence[StoredAdvice] = (),
    answering: Mapping[int, Sequence[int]] | None = None,
) -> Sequence[Hashable]:
    """List what one receipt touches where customer 1, who has a child, is known by its account."""
    payers = index([payer(1), payer(CHILD, parent_id=1), payer(3)])
    told = read_remittance(fact)
    around = Surroundings(
        told=[told],
        documents=[document_of(INVOICE)],
        advices=advices,
        payers=payers,
        evidence=[payers.find_payer(fact, told)],
        orders=(),
        nearly={},
    )
    [things] = list_touched([fact], around, answering or {}, POLICY)
    return things


def test_who_pays_and_whose_document_is_named_are_touched_with_their_families() -> None:
    assert touched_by(receipt("5.00", "Danke")) == (1, CHILD)
    assert touched_by(receipt("5.00", f"Rechnung {INVOICE.number}", iban="")) == (1, CHILD)
    assert touched_by(receipt("5.00", "Danke", iban="", key=7), answering={7: [3]}) == (3,)


def test_an_advice_that_speaks_of_it_is_touched_beside_whose_documents_it_names() -> None:
    told = advice("5.00", line(INVOICE.number, "5.00"))

    assert touched_by(receipt("5.00", "Danke", iban=""), advices=[told]) == (1, CHILD, "advice 1")


@pytest.mark.parametrize("amount", ["5.00", "-5.00"])
def test_money_of_nobody_known_touches_itself_alone(amount: str) -> None:
    assert touched_by(receipt(amount, "Miete", iban="", key=7)) == ("line 7",)


def test_what_may_hang_together_with_others_nobody_knows_is_not_said_to_stand_alone() -> None:
    strange = advice("5.00", line("XX-9999", "5.00"))

    assert touched_by(receipt("5.00", "Danke", iban=""), advices=[strange]) == ()
    assert touched_by(receipt("-5.00", "Danke", iban="", return_code="AC04")) == ()
