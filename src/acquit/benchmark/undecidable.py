"""Money that nobody could place from the files, and money that is no customer's.

The truth of the first kind is known to us alone: posting it by itself is wrong even where it happens to be right.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from acquit.benchmark import proofs
from acquit.benchmark.life import Life, Payer
from acquit.benchmark.people import make_iban
from acquit.benchmark.values import ZERO, Account, Dialect, Item, Payment, Truth


def plant(kind: str, item: Item, day: date, others: Sequence[Item], rng: Random) -> None:
    """Before the year begins, give other documents the amounts that will make a payment of this one undecidable.

    Nothing may change later: a proof given on an earlier day would not hold any more.
    """
    near = [
        one
        for one in others
        if one is not item
        and (one.owner is not item.owner) == (kind == "EQUAL_NAMES")
        and one.gross > 0
        and one.open_amount == one.gross
        and day - timedelta(days=40) <= one.issued < day
    ]
    rng.shuffle(near)
    amount, taken = item.gross, near[:1]
    if kind == "TWO_SUBSETS" and len(near) > 1:
        amount, taken = item.gross + near[1].gross, near[:1]
    elif kind == "TWO_SUBSETS":
        return
    for one in taken:
        one.gross = one.opened = one.open_amount = one.seen_amount = amount


def pay_one_of_two(life: Life, day: date, item: Item) -> Payment | None:
    """Pay one of two items of one amount, without a word."""
    shown = life.show(item.owner, must_be_known=True)
    if shown is None or not any(
        one is not item and one.seen_amount == item.seen_amount for one in life.seen(item.owner)
    ):
        return None
    text = life.writer.say("NOTHING", item.owner.language)
    parts = [(item, item.seen_amount)]
    return life.pay_undecidable("EQUAL_ITEMS", day, item.owner, shown, parts, text, "two items of one amount")


def pay_under_one_name(life: Life, day: date, item: Item) -> Payment | None:
    """Pay as one of two customers of one name, both owing the amount."""
    others = [one for one in life.family.members if one.is_twin and one is not item.owner]
    other = others[0] if others and item.owner.is_twin else None
    if other is None or not any(one.seen_amount == item.seen_amount for one in life.seen(other)):
        return None
    iban = make_iban(item.owner.country, life.rng) if item.owner.account.carries_iban else ""
    shown = Payer("NEW_IBAN", item.owner.name, iban, "", is_known=False)
    text = life.writer.say("NOTHING", item.owner.language)
    other.is_blurred = True
    parts = [(item, item.seen_amount)]
    return life.pay_undecidable(
        "EQUAL_NAMES", day, item.owner, shown, parts, text, "two customers of one name"
    )


def pay_one_of_two_sets(life: Life, day: date, item: Item) -> Payment | None:
    """Pay two items whose sum is a third one."""
    owner = item.owner
    shown = life.show(owner, must_be_known=True)
    seen = life.seen(owner)
    if shown is None or len(seen) > proofs.MOST_ITEMS:
        return None
    for second in life.untouched(owner):
        total = item.seen_amount + second.seen_amount
        found = proofs.count_sets([one.seen_amount for one in seen], total)
        if second is not item and found is not None and found > 1:
            text = life.writer.say("NOTHING", owner.language)
            parts = [(item, item.seen_amount), (second, second.seen_amount)]
            reason = "several sets of items give the amount"
            return life.pay_undecidable("TWO_SUBSETS", day, owner, shown, parts, text, reason)
    return None


def pay_by_forbidden_amount(life: Life, day: date, item: Item) -> Payment | None:
    """Pay without a word where the customer's amounts alone may not post."""
    owner = item.owner
    shown = None if owner.is_amount_enough else life.show(owner, must_be_known=True)
    if shown is None or not proofs.is_only_amount(item, life.scope(owner), item.seen_amount):
        return None
    text = life.writer.say("NOTHING", owner.language)
    parts = [(item, item.seen_amount)]
    reason = "amount alone may not post for this customer"
    return life.pay_undecidable("AMOUNT_NOT_ALLOWED", day, owner, shown, parts, text, reason)


def pay_with_wrong_number(life: Life, day: date, item: Item) -> Payment | None:
    """Pay an own amount with the number of another customer's invoice."""
    shown = life.show(item.owner, must_be_known=True)
    quoted = life.rng.choice(life.setting.others) if life.setting.others else None
    if (
        shown is None
        or quoted is None
        or quoted.owner in life.family.members
        or quoted.gross == item.seen_amount
    ):
        return None
    parts = [(item, item.seen_amount)]
    text = life.writer.name_one(quoted)
    reason = "the number is another customer's"
    return life.pay_undecidable("WRONG_REFERENCE", day, item.owner, shown, parts, text, reason)


def pay_several_short(life: Life, day: date, item: Item) -> Payment | None:
    """Name several, pay less, and do not say on which."""
    owner = item.owner
    others = [one for one in life.untouched(owner) if one is not item and not owner.discount_days]
    shown = life.show(owner, must_be_known=True)
    if shown is None or len(others) < 2 or item.seen_amount < 400:
        return None
    items = [item, *others[:2]]
    short = (item.seen_amount * life.rng.randrange(8, 30) / 100).quantize(Decimal(1)) + Decimal("0.37")
    parts = [(one, one.seen_amount - (short if one is item else ZERO)) for one in items]
    text = life.writer.name_several(items)
    reason = "nothing says on which document less is paid"
    return life.pay_undecidable("SHORT_OF_SEVERAL", day, owner, shown, parts, text, reason)


def pay_as_nobody(life: Life, day: date, item: Item) -> Payment | None:
    """Pay as somebody nobody knows, saying nothing."""
    name = life.setting.make_stranger(item.owner.country)
    iban = make_iban(item.owner.country, life.rng) if item.owner.account.carries_iban else ""
    shown = Payer("STRANGER", life.rng.choice((name, "", name)), iban, "", is_known=False)
    text = life.writer.say("NOTHING", item.owner.language)
    parts = [(item, item.seen_amount)]
    return life.pay_undecidable("NOBODY_KNOWN", day, item.owner, shown, parts, text, "nothing says who pays")


# Not customers' money ------------------------------------------------------------------------------------------------

_OURS = {
    "CAMT": (
        ("Kontoführungsentgelt", "Entgeltabschluss {month}", "", -1, 3_500),
        ("Zinsen", "Habenzinsen {month}", "", 1, 9_000),
        ("Zinsen", "Sollzinsen {month}", "", -1, 9_000),
        ("Übertrag", "CASH POOLING ZERO BALANCING UEBERTRAG", "Acquit Holding SE", -1, 50_000_000),
        ("Übertrag", "Cash Pooling Rückführung Zielkonto", "Acquit Holding SE", 1, 50_000_000),
        ("Überweisung", "Rechnung {number} {other} Danke", "{supplier}", -1, 2_000_000),
        ("Gutschrift", "Rückerstattung Ihre Reklamation {other}", "{supplier}", 1, 90_000),
        ("Lastschrift", "USt-Voranmeldung {month} St.Nr. 241/{other}", "Finanzamt Zentral", -1, 9_000_000),
        ("Gutschrift", "Erstattung Umsatzsteuer {month} St.Nr. 241/{other}", "Finanzamt Zentral", 1, 2_000_000),
        ("Sammelüberweisung", "Löhne und Gehälter {month}", "Lohn und Gehalt", -1, 90_000_000),
        ("Lastschrift", "Beiträge {month} Betriebsnr. 4711{other}", "Krankenkasse Mitte", -1, 4_000_000),
    ),
    "EN": (
        ("Charges", "ACCOUNT MAINTENANCE FEE {month}", "", -1, 4_500),
        ("Interest", "CREDIT INTEREST {month}", "", 1, 9_000),
        ("Transfer", "ZERO BALANCE SWEEP TO CONCENTRATION ACCOUNT", "ACQUIT HOLDING", -1, 50_000_000),
        ("Transfer", "ZBA FUNDING FROM CONCENTRATION ACCOUNT", "ACQUIT HOLDING", 1, 50_000_000),
        ("Payment", "INVOICE {number} {other}", "{supplier}", -1, 2_000_000),
        ("Refund", "REFUND OF OVERPAID INSURANCE PREMIUM {other}", "{supplier}", 1, 90_000),
        ("Tax", "VAT AND SALES TAX {month}", "REVENUE OFFICE", -1, 9_000_000),
        ("Payroll", "SALARIES AND WAGES {month}", "PAYROLL SERVICES", -1, 90_000_000),
    ),
}  # fmt: skip


def move_other_money(account: Account, day: date, suppliers: list[str], rng: Random) -> Payment:
    """Book a fee, interest, a sweep, a supplier, tax or wages on a day: amounts in minor units of the account."""
    known = _OURS["EN" if account.dialect in {Dialect.BAI2, Dialect.PLAIN} else "CAMT"]
    booked, text, name, sign, most = rng.choice(known)
    said = text.format(
        month=day.strftime("%m/%Y"),
        number=f"ER-{rng.randrange(10**5, 10**6)}",
        other=rng.randrange(10**4, 10**5),
    )
    amount = Decimal(sign * rng.randrange(100, most)).scaleb(-2)
    who = name.format(supplier=rng.choice(suppliers))
    truth = Truth("NOT_CUSTOMERS", state="IGNORED")
    return Payment(account, day, amount, truth, name=who, text=said, booking_text=booked)
