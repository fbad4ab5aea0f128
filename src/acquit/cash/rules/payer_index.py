"""Who may have paid: the customers of a company by account, learned alias, name and number; made once a run.

Banks cut names at 27 or 35 characters and write them in capitals without umlauts. So a name that fits none whole is
looked up as the beginning of one, where it is long enough to tell.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from acquit.cash.rules.receipts import Payer, ReceiptFact
from acquit.cash.rules.remittance_text import Remittance
from acquit.core.names import legal_forms, normalise_name, plain_name, turned_name
from acquit.core.references import normalise_reference
from acquit.parties.rules.finding import CUT_NAME_FROM, NAME_WORDS_AT_MOST, NUMBER_FROM, TEXT_SEARCHED

#: Where banks cut names: NACHA at 22, MT940 and DTA at 27, CFONB and others at 31 and 35, SEPA at 70; behind a word the
#: space goes.
_NAME_WIDTHS = frozenset({21, 22, 26, 27, 30, 31, 34, 35, 69, 70})
_CANDIDATES_AT_MOST = 10
#: A name of one word in the middle of a text is a name only where it is as long as this.
_WORD_LENGTH = 7
#: What banks write before the name of who pays.
_LABELS = frozenset(
    {
        *(
            "acct",
            "ach",
            "auftraggeber",
            "bacs",
            "bgc",
            "bic",
            "bonifico",
            "by",
            "chaps",
            "cr",
            "credit",
            "credited",
        ),
        *(
            "customer",
            "da",
            "de",
            "deposit",
            "eingang",
            "faster",
            "first",
            "fpi",
            "fps",
            "from",
            "giro",
            "gutschrift",
        ),
        *("iban", "in", "incoming", "inward", "naam", "name", "od", "of", "order", "ordp", "org", "orig"),
        *(
            "overboeking",
            "payer",
            "payment",
            "przelew",
            "receipt",
            "received",
            "recibida",
            "recu",
            "remitter",
            "sepa",
            "tfr",
            "transfer",
        ),
        *("transferencia", "ueberweisung", "van", "vir", "virement", "von", "wire", "zahlung"),
    }
)
#: With what the purpose begins that follows a name.
_PURPOSES = frozenset(
    {
        *("betreff", "betr", "facture", "factuur", "faktura", "fattura", "for", "inv", "invoice", "invoices"),
        *(
            "payment",
            "payments",
            "pmt",
            "po",
            "rechnung",
            "rechnungen",
            "ref",
            "reference",
            "rg",
            "rgnr",
            "rnr",
        ),
        *("settlement", "statement", "supplier", "vendor", "zahlung"),
    }
)
_SIGNS = re.compile(r"[^\w\s]")
#: What German banks write before the name of the one somebody else pays for; so such a name is kept in a line's text.
ULTIMATE = "ABWA+"
#: The whole name of a customer at the beginning of a longer one tells from so many words on.
_NAME_WORDS = 2
#: What follows one of these is the end of a longer name: Noel in `FREMINET ET NOEL OUTILLAGE` is not Noel Outillage.
_CONJUNCTIONS = frozenset({"and", "und", "et", "en", "y", "og", "och"})


class PayerEvidence(NamedTuple):
    """Who may have paid: the customers, and how they are known.

    `how` is GIVEN (the source says so), IBAN, ALIAS (learned), NAME, NAME_WITHIN (a longer name begins with the
    customer's), NUMBER (the text gives the customer's) or nothing.
    """

    customer_ids: tuple[int, ...]
    how: str

    @property
    def is_sure(self) -> bool:
        """Tell whether one customer is known by more than a number that may stand in a text by chance."""
        return len(self.customer_ids) == 1 and self.how in {"GIVEN", "IBAN", "ALIAS", "NAME"}


NOBODY = PayerEvidence((), "")


class PayerIndex:
    """The payers of one company."""

    def __init__(
        self,
        *,
        payers: Iterable[Payer],
        ibans: Iterable[tuple[str, int]],
        aliases: Iterable[tuple[str, str, int]] = (),
        own_accounts: Iterable[str] = (),
        own_names: Iterable[str] = (),
    ) -> None:
        self.payers: dict[int, Payer] = {payer.id: payer for payer in payers}
        self.own_accounts = frozenset(own_accounts)
        self.own_names = frozenset(filter(None, map(normalise_name, own_names)))
        self._by_iban: defaultdict[str, list[int]] = defaultdict(list)
        for iban, customer_id in ibans:
            self._by_iban[normalise_reference(iban)].append(customer_id)
        self._by_alias: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for kind, alias, customer_id in aliases:
            self._by_alias[kind, alias].append(customer_id)
        self._by_name: defaultdict[str, list[tuple[int, frozenset[str]]]] = defaultdict(list)
        self._by_number: defaultdict[str, list[int]] = defaultdict(list)
        self._children: defaultdict[int, list[int]] = defaultdict(list)
        plain: list[tuple[str, int]] = []
        for payer in self.payers.values():
            for name in dict.fromkeys((payer.name, *payer.names)):
                key = normalise_name(name)
                for each in (key, turned_name(key)):
                    if each:
                        self._by_name[each].append((payer.id, legal_forms(name)))
            plain += [(plain_name(name), payer.id) for name in (payer.name, *payer.names)]
            number = normalise_reference(payer.number)
            if len(number) >= NUMBER_FROM:
                self._by_number[number].append(payer.id)
            for parent in {payer.parent_id, payer.payer_id} - {None, payer.id}:
                self._children[parent or 0].append(payer.id)
        self._plain_names = sorted(plain)
        self._by_words: defaultdict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
        for name, customer_id in plain:
            first, _, others = name.partition(" ")
            if first:
                self._by_words[first, others.partition(" ")[0]].append((name, customer_id))

    def find_payer(self, receipt: ReceiptFact, told: Remittance) -> PayerEvidence:
        """Find who may have paid: as the source says, else by account, learned alias, name or customer number."""
        if receipt.customer_id is not None:
            return PayerEvidence((receipt.customer_id,), "GIVEN")
        if receipt.account_customer_id is not None:
            return PayerEvidence((receipt.account_customer_id,), "IBAN")
        if receipt.own_iban and receipt.own_iban in self._by_iban:
            return PayerEvidence(tuple(dict.fromkeys(self._by_iban[receipt.own_iban])), "IBAN")
        if receipt.iban:
            iban = normalise_reference(receipt.iban)
            known = self._by_iban.get(iban) or self._by_alias.get(("IBAN", iban))
            if known:
                return PayerEvidence(tuple(dict.fromkeys(known)), "IBAN")
        named = self._find_by_name(receipt)
        if named.customer_ids:
            return named
        numbered = dict.fromkeys(
            customer_id for token in told.tokens for customer_id in self._by_number.get(token.key, ())
        )
        return PayerEvidence(tuple(numbered), "NUMBER") if len(numbered) == 1 else NOBODY

    def _find_by_name(self, receipt: ReceiptFact) -> PayerEvidence:
        """Find who bears the payer's name; where the bank names none, whose name stands in the text."""
        if not receipt.counterparty:
            return self._find_names_in(receipt.text)
        name = normalise_name(receipt.counterparty)
        found, how = self._by_alias.get(("NAME", name), []) if name else [], "ALIAS"
        if name and not found:
            found, how = self._find_named(name, receipt.counterparty), "NAME"
        if name and not found and (behind := ultimate_of(receipt.text)):
            found, how = self._find_named(normalise_name(behind), behind), "NAME"
        if name and not found:
            found, how = self._find_beginning(receipt.counterparty), "NAME_WITHIN"
        return PayerEvidence(tuple(dict.fromkeys(found)), how)

    def _find_named(self, name: str, counterparty: str) -> list[int]:
        """Find the customers of a name; of one as long as banks carry, those too whose longer name it may begin."""
        borne = legal_forms(counterparty)
        whole = [
            customer_id
            for customer_id, forms in self._by_name.get(name, ())
            if forms <= borne or borne <= forms
        ]
        if whole and len(counterparty.strip()) not in _NAME_WIDTHS:
            return whole
        return [*whole, *self._find_cut_name(counterparty)]

    def _find_beginning(self, counterparty: str) -> list[int]:
        """Find the customers whose whole name a longer one begins with: banks write the address behind it."""
        words = plain_name(counterparty).split()
        for length in range(min(len(words) - 1, NAME_WORDS_AT_MOST), _NAME_WORDS - 1, -1):
            beginning = " ".join(words[:length])
            found = [
                customer_id
                for name, customer_id in self._by_words.get((words[0], words[1]), ())
                if name == beginning
            ]
            if found and words[length] not in _CONJUNCTIONS:
                return found
        return []

    def _find_names_in(self, text: str) -> PayerEvidence:
        """Find the customers whose name stands in a text, or its beginning as far as banks carry it; the longest.

        One in front, behind nothing but what banks write before a payer, is the payer's; one behind other words may be
        a part of a name nobody knows, as may one that seems cut where other words follow.
        """
        words = plain_name(text[:TEXT_SEARCHED]).split()
        signs = len(_SIGNS.findall(text[:TEXT_SEARCHED]))
        longest, found, is_sure = 0, list[int](), False
        for place, word in enumerate(words):
            if place and words[place - 1] in _CONJUNCTIONS:
                continue
            after = words[place + 1] if place + 1 < len(words) else ""
            rest = " ".join(words[place:])
            for name, customer_id in (
                *self._by_words.get((word, after), ()),
                *self._by_words.get((word, ""), ()),
            ):
                length, is_told = _count_shared(rest, name, signs)
                if length > longest:
                    longest, found = length, [customer_id]
                    is_sure = is_told and all(
                        before in _LABELS or not before.isalpha() for before in words[:place]
                    )
                elif length == longest and length:
                    found.append(customer_id)
        return PayerEvidence(tuple(dict.fromkeys(found)), "NAME" if is_sure else "NAME_WITHIN")

    def is_own_name(self, counterparty: str) -> bool:
        """Tell whether the other side is ourselves."""
        return bool(counterparty) and normalise_name(counterparty) in self.own_names

    def family_of(self, payer_ids: Sequence[int]) -> tuple[int, ...]:
        """Give the customers that payers pay for: themselves, their children, and who names them as payer."""
        return tuple(
            dict.fromkeys(
                customer_id
                for payer_id in payer_ids
                for customer_id in (payer_id, *self._children.get(payer_id, ()))
            )
        )

    def is_related(self, payer_id: int, customer_id: int) -> bool:
        """Tell whether a payer may pay for a customer: itself, its parent, its named payer, or a sister."""
        return may_pay_for(payer_id, customer_id, self.payers)

    def is_related_to_all(self, payer: PayerEvidence, customer_ids: Iterable[int]) -> bool:
        """Tell whether one of the payers may pay for all these customers."""
        customers = set(customer_ids)
        return any(all(self.is_related(one, other) for other in customers) for one in payer.customer_ids)

    def _find_cut_name(self, counterparty: str) -> list[int]:
        """Find the customers whose name begins with a name a bank cut off."""
        beginning = plain_name(counterparty)
        if len(beginning) < CUT_NAME_FROM:
            return []
        found: list[int] = []
        start = bisect_left(self._plain_names, (beginning, 0))
        for name, customer_id in self._plain_names[start : start + _CANDIDATES_AT_MOST]:
            if not name.startswith(beginning):
                break
            found.append(customer_id)
        return found


def ultimate_of(text: str) -> str:
    """Give for whom the payer paid, where the bank says so (`ULTIMATE`); else nothing."""
    return text.rpartition(ULTIMATE)[2].strip() if ULTIMATE in text else ""


def may_pay_for(payer_id: int, customer_id: int, payers: Mapping[int, Payer]) -> bool:
    """Tell whether a payer may pay for a customer: itself, its parent, its named payer, or a sister."""
    if payer_id == customer_id:
        return True
    payer, customer = payers.get(payer_id), payers.get(customer_id)
    if payer is None or customer is None:
        return False
    if payer_id in {customer.parent_id, customer.payer_id}:
        return True
    return payer.parent_id is not None and payer.parent_id in {customer.parent_id, customer_id}


def _count_shared(text: str, name: str, signs: int) -> tuple[int, bool]:
    """Count how much of a name a text begins with: all of it, or as much as banks carry up to the end of a word.

    Tells, too, whether it must be this name. `signs` of the text were dropped where names are compared: they count
    where banks cut.
    """
    if text.startswith(name) and text[len(name) : len(name) + 1] in {"", " "}:
        return (len(name) if " " in name or len(name) >= _WORD_LENGTH else 0), True
    length = 0
    for one, other in zip(text, name, strict=False):
        if one != other:
            break
        length += 1
    if length == len(text) or (text[length] == " " and name[length : length + 1] not in {"", " "}):
        return (length if length >= CUT_NAME_FROM else 0), True
    # Both go on behind a word: it may be cut there where that is as much as a bank carries, or be another's name.
    length = max(0, text.rfind(" ", 0, length + 1))
    may_be_cut = not _NAME_WIDTHS.isdisjoint(range(length, length + signs + 1))
    behind = text[length:].split(maxsplit=2)[:2]
    is_purpose = behind[0] in _PURPOSES or not all(map(str.isalpha, behind))
    return (length if length >= CUT_NAME_FROM and may_be_cut else 0), is_purpose
