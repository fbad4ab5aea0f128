"""Payments that can be decided for one document: by its number, by what is left of it, by its amount alone.

Each builder answers for one kind of mess. It gives None when its proof fails on that day, and then something simpler
is paid.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from acquit.benchmark import proofs
from acquit.benchmark.life import (
    FEE_TOLERANCE,
    GRACE_DAYS,
    Life,
    Payer,
    is_discount_over,
    last_discount_day,
    tolerance_of,
)
from acquit.benchmark.people import make_iban
from acquit.benchmark.values import ZERO, Dialect, Difference, Item, Payment
from acquit.benchmark.wording import write_amount
from acquit.benchmark.world import place_of


def pay_exact(life: Life, day: date, item: Item) -> Payment | None:
    """Pay by the number in full."""
    shown = life.show(item.owner, must_be_known=False)
    return (
        None
        if shown is None
        else life.pay("EXACT", day, item.owner, shown, [(item, item.seen_amount)], life.writer.name_one(item))
    )


def pay_structured(life: Life, day: date, item: Item) -> Payment | None:
    """Pay by the structured reference: in its own field where the bank has one, in the text elsewhere."""
    shown = life.show(item.owner, must_be_known=False)
    if shown is None or not item.structured_reference:
        return None
    payment = life.pay("STRUCTURED", day, item.owner, shown, [(item, item.seen_amount)], "")
    if item.owner.account.dialect is Dialect.CAMT and not item.structured_reference.startswith("+"):
        payment.structured_reference = item.structured_reference
    else:
        payment.text = item.structured_reference
    return payment


def pay_in_noise(life: Life, day: date, item: Item) -> Payment | None:
    """Pay by the number among noise."""
    shown = life.show(item.owner, must_be_known=False)
    text = life.writer.wrap_in_noise(life.writer.name_one(item), item, day)
    return (
        None if shown is None else life.pay("NOISE", day, item.owner, shown, [(item, item.seen_amount)], text)
    )


def pay_truncated(life: Life, day: date, item: Item) -> Payment | None:
    """Pay by the last digits."""
    width = life.rng.randrange(4, 7)
    shown = life.show(item.owner, must_be_known=True)
    if shown is None or not proofs.is_only_ending(
        item, life.scope(item.owner), item.digits[-width:], item.seen_amount
    ):
        return None
    text = life.writer.truncate(item, width)
    if life.rng.random() < 0.3:
        text = f"{text} {life.writer.write_day(item.issued)}"
    return life.pay("TRUNCATED", day, item.owner, shown, [(item, item.seen_amount)], text)


def pay_mistyped(life: Life, day: date, item: Item) -> Payment | None:
    """Pay by a number with a slip; what was typed is nobody's number."""
    shown = life.show(item.owner, must_be_known=True)
    if shown is None:
        return None
    for _ in range(6):
        typed = life.writer.mistype(item.digits)
        read = typed.replace("O", "0")
        is_others = len(read) == 7 and read != item.digits and place_of(read) < life.setting.total_items
        if typed == item.digits or is_others:
            continue
        if proofs.is_only_near(item, life.scope(item.owner), read, item.seen_amount):
            text = life.writer.name_one(item).upper().replace(item.digits, typed)
            if item.digits in text or typed not in text:
                continue
            return life.pay("MISTYPED", day, item.owner, shown, [(item, item.seen_amount)], text)
    return None


def pay_by_purchase_order(life: Life, day: date, item: Item) -> Payment | None:
    """Pay by the payer's own order number."""
    shown = life.show(item.owner, must_be_known=True)
    if shown is None or not item.purchase_order:
        return None
    if any(one is not item and one.purchase_order == item.purchase_order for one in life.family.items):
        return None
    text = f"{life.rng.choice(('PO ', 'Order ', 'Best.Nr. ', ''))}{item.purchase_order}"
    return life.pay("PURCHASE_ORDER", day, item.owner, shown, [(item, item.seen_amount)], text)


def pay_by_amount(life: Life, day: date, item: Item) -> Payment | None:
    """Pay without a word, where one item fits and the amount alone may post."""
    owner = item.owner
    shown = life.show(owner, must_be_known=True) if owner.is_amount_enough else None
    if shown is None or not proofs.is_only_amount(item, life.scope(owner), item.seen_amount):
        return None
    text = life.writer.say("NOTHING", owner.language)
    return life.pay("AMOUNT_ONLY", day, owner, shown, [(item, item.seen_amount)], text)


def pay_discount_in_time(life: Life, day: date, item: Item) -> Payment | None:
    """Take the discount in time."""
    return pay_with_discount(life, day, item) if day <= last_discount_day(item) else None


def pay_discount_in_grace(life: Life, day: date, item: Item) -> Payment | None:
    """Take the discount in the days of grace."""
    return (
        pay_with_discount(life, day, item) if 0 < (day - last_discount_day(item)).days <= GRACE_DAYS else None
    )


def pay_discount_late(life: Life, day: date, item: Item) -> Payment | None:
    """Take the discount out of time."""
    return pay_with_discount(life, day, item) if (day - last_discount_day(item)).days > GRACE_DAYS else None


def pay_less_fee(life: Life, day: date, item: Item) -> Payment | None:
    """Let the bank take its fee out of a payment with shared charges."""
    return pay_short(life, day, item) if item.owner.is_fee_shared else None


def pay_less_unsaid(life: Life, day: date, item: Item) -> Payment | None:
    """Pay less without a word."""
    return None if item.owner.is_fee_shared else pay_short(life, day, item)


def pay_with_discount(life: Life, day: date, item: Item) -> Payment | None:
    """Pay less the discount: in time, in grace, late, or in time and still a little short."""
    if not item.discount or item.seen_amount != item.gross:
        return None
    late = (day - last_discount_day(item)).days
    if GRACE_DAYS < late < GRACE_DAYS + 3:  # a bank's value date must not decide it
        return None
    shown = life.show(item.owner, must_be_known=False)
    if shown is None:
        return None
    cash = item.gross - item.discount
    kind, name = "DISCOUNT", item.number
    differences = [Difference("DISCOUNT", name, item.discount)]
    if late > GRACE_DAYS:
        kind, differences = "DISCOUNT_LATE", [Difference("DEDUCTION", name, item.discount, "PAYMENT")]
    elif late > 0:
        kind = "DISCOUNT_GRACE"
    elif life.rng.random() < 0.08 and not item.owner.is_fee_shared:
        short = tolerance_of(item.gross) + Decimal(life.rng.randrange(100, 2_000)).scaleb(-2)
        if cash > 4 * short:
            kind, cash = "DISCOUNT_AND_SHORT", cash - short
            differences.append(Difference("DEDUCTION", name, short))
    percent = f"{item.owner.discount_percent:f}"
    text = life.writer.say("DISCOUNT", item.owner.language, number=name, percent=percent)
    return life.pay(kind, day, item.owner, shown, [(item, cash)], text, differences)


def pay_nearly(life: Life, day: date, item: Item) -> Payment | None:
    """Pay a little less or more, within tolerance."""
    limit = tolerance_of(item.gross)
    if limit < Decimal("0.10") or not is_discount_over(item, day) or item.owner.is_fee_shared:
        return None
    if item.seen_amount != item.gross:
        return None
    short = Decimal(life.rng.randrange(1, int(limit * 100) + 1)).scaleb(-2)
    if life.rng.random() < 0.3:
        short = -short
    shown = life.show(item.owner, must_be_known=False)
    if shown is None or item.seen_amount < 10 * abs(short):
        return None
    difference = Difference("TOLERANCE", item.number, short)
    text = life.writer.name_one(item)
    return life.pay(
        "TOLERANCE", day, item.owner, shown, [(item, item.seen_amount - short)], text, [difference]
    )


def pay_too_much(life: Life, day: date, item: Item) -> Payment | None:
    """Pay more than is owed: the rest stays on account."""
    over = tolerance_of(item.gross) + Decimal(life.rng.randrange(100, 20_000)).scaleb(-2)
    shown = life.show(item.owner, must_be_known=True)
    if shown is None or any(one.seen_amount == over for one in life.scope(item.owner)):
        return None
    difference = Difference("OVERPAYMENT", item.number, -over)
    text = life.writer.name_one(item)
    return life.pay("OVERPAID", day, item.owner, shown, [(item, item.seen_amount)], text, [difference])


def pay_short(life: Life, day: date, item: Item) -> Payment | None:
    """Pay less than is owed, beyond tolerance, without a word: the bank's fee among the reasons."""
    owner = item.owner
    limit = tolerance_of(item.gross)
    short = limit + Decimal(life.rng.randrange(50, 2_000)).scaleb(-2)
    shown = life.show(owner, must_be_known=True)
    if shown is None or owner.discount_days or item.seen_amount < 12 * short:
        return None
    kind, difference, charges = "SHORT", Difference("DEDUCTION", item.number, short), None
    if owner.is_fee_shared:
        short = Decimal(life.rng.choice((750, 1_000, 1_200, 1_500, 1_800, 2_250))).scaleb(-2)
        if not limit < short <= FEE_TOLERANCE:
            return None
        kind, difference = "BANK_FEE", Difference("BANK_FEE", item.number, short)
    elif owner.account.dialect is Dialect.CAMT and life.rng.random() < 0.4:
        kind, charges = "BANK_FEE_NOT_AGREED", short
        difference = Difference("DEDUCTION", item.number, short, "PAYMENT")
    if item.seen_amount < 12 * short:
        return None
    text = life.writer.name_one(item)
    payment = life.pay(kind, day, owner, shown, [(item, item.seen_amount - short)], text, [difference])
    payment.charges = charges
    return payment


def pay_in_part(life: Life, day: date, item: Item) -> Payment | None:
    """Pay a part and say so; the rest comes later."""
    shown = life.show(item.owner, must_be_known=False)
    if shown is None or item.seen_amount < 200:
        return None
    cash = (item.seen_amount * life.rng.randrange(3, 8) / 10).quantize(Decimal(1)) + ZERO
    text = life.writer.say("PARTIAL", item.owner.language, number=item.number)
    life.plan(day + timedelta(days=life.rng.randrange(10, 45)), "REST", item)
    return life.pay("PARTIAL", day, item.owner, shown, [(item, cash)], text)


def pay_rest(life: Life, day: date, item: Item) -> Payment | None:
    """Pay what a part payment left."""
    shown = life.show(item.owner, must_be_known=False)
    text = life.writer.say("REST", item.owner.language, number=item.number)
    return (
        None
        if shown is None
        else life.pay("PARTIAL", day, item.owner, shown, [(item, item.seen_amount)], text)
    )


def pay_with_deduction(life: Life, day: date, item: Item) -> Payment | None:
    """Take something off with a code of the payer's own."""
    owner = item.owner
    shown = life.show(owner, must_be_known=True)
    if shown is None or item.seen_amount < 200 or not is_discount_over(item, day):
        return None
    code, _, reason = life.rng.choice(codes_of(life, item))
    off = tolerance_of(item.gross) + Decimal(life.rng.randrange(500, int(item.seen_amount * 25))).scaleb(-2)
    amount = write_amount(off, owner.language)
    text = life.writer.say("DEDUCTION", owner.language, number=item.number, amount=amount, code=code)
    difference = Difference("DEDUCTION", item.number, off, reason)
    return life.pay("DEDUCTION", day, owner, shown, [(item, item.seen_amount - off)], text, [difference])


_CODES = (
    ("Preisabweichung", "PRICING"), ("Fehlmenge", "QUANTITY"), ("Bruch", "QUALITY"), ("Lieferverzug", "DELIVERY"),
    ("WKZ", "TRADE_PROMO"), ("Rechnung fehlerhaft", "BILLING"), ("no PO", "ADMIN"), ("tax wrong", "TAX"),
    ("service level", "SERVICE"),
)  # fmt: skip


def codes_of(life: Life, item: Item) -> list[tuple[str, str, str]]:
    """Give the deduction codes of a customer, made when it first takes something off: code, text, reason."""
    known = life.setting.codes.get(item.owner.number)
    if known is None:
        letter = life.rng.choice("ABDKRX")
        numbers = life.rng.sample(range(10, 99), 3)
        chosen = life.rng.sample(_CODES, 3)
        known = [
            (f"{letter}{number}", text, reason)
            for number, (text, reason) in zip(numbers, chosen, strict=True)
        ]
        life.setting.codes[item.owner.number] = known
    return known


def pay_in_another_currency(life: Life, day: date, item: Item) -> Payment | None:
    """Pay an invoice into an account of another currency, at the rate of the payer's bank."""
    owner, rates, rng = item.owner, life.setting.rates, life.rng
    account = owner.account
    shown = life.show(owner, must_be_known=False)
    if shown is None or account.currency == item.currency:
        return None
    given = item.seen_amount * (1 + Decimal(rng.randrange(-40, 41)).scaleb(-4))
    received = rates.convert(given, item.currency, account.currency, day)
    cash = rates.convert(received, account.currency, item.currency, day)
    difference = Difference("FX", item.number, item.seen_amount - cash)
    differences = [difference] if difference.amount else []
    original = item.seen_amount
    payment = life.pay("FX", day, owner, shown, [(item, cash)], life.writer.name_one(item), differences)
    payment.amount = received
    if account.dialect is Dialect.CAMT and rng.random() < 0.5:
        payment.original_amount, payment.original_currency = original, item.currency
    return payment


def pay_by_stranger(life: Life, day: date, item: Item) -> Payment | None:
    """Let somebody who is no customer pay with the exact number and amount."""
    name = life.setting.make_stranger(item.owner.country)
    iban = make_iban(item.owner.country, life.rng) if item.owner.account.carries_iban else ""
    shown = Payer("STRANGER", name, iban, "", is_known=False)
    return life.pay(
        "THIRD_PARTY", day, item.owner, shown, [(item, item.seen_amount)], life.writer.name_one(item)
    )


def collect(life: Life, day: date, item: Item) -> Payment | None:
    """Collect a document by direct debit: a detail of the day's batch; now and then it comes back."""
    owner = item.owner
    if not owner.mandate:
        return None
    shown = Payer("IBAN", owner.name, owner.iban, "", is_known=True)
    payment = life.pay("DIRECT_DEBIT", day, owner, shown, [(item, item.seen_amount)], item.number)
    payment.mandate, payment.end_to_end_id = owner.mandate, item.number
    payment.batch = f"{owner.account.key}{day:%y%m%d}" if owner.account.dialect is Dialect.CAMT else ""
    if life.rng.random() < 0.12:
        life.plan(day + timedelta(days=life.rng.randrange(1, 7)), "RETURN", item, payment)
    return payment


def give_back(life: Life, day: date, item: Item, collected: Payment) -> Payment | None:
    """Return a collection with the bank's fee in the amount: the document is open again, the fee is ours."""
    if item.open_amount or item.seen_amount:
        return None
    fee = life.rng.choice((ZERO, Decimal("3.00"), Decimal("3.50"), Decimal("6.20")))
    shown = Payer("IBAN", item.owner.name, item.owner.iban, "", is_known=True)
    back = -collected.amount - fee
    differences = [Difference("BANK_FEE", item.number, fee)] if fee else []
    text = f"Retoure {item.number}" + (f" Entgelt {write_amount(fee, 'de')}" if fee else "")
    payment = life.pay("RETURN", day, item.owner, shown, [(item, back)], text, differences)
    payment.return_code = life.rng.choice(("AM04", "AC04", "MS03", "MD06", "AC01"))
    payment.end_to_end_id, payment.mandate = item.number, item.owner.mandate
    payment.is_reversal = True
    payment.charges = fee or None
    life.reopen(item)
    life.plan(day + timedelta(days=life.rng.randrange(8, 30)), "EXACT", item)
    return payment
