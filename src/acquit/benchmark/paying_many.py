"""Payments that can be decided for several documents, or for none: lists, sets, balances, advices, money on account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from acquit.benchmark import proofs
from acquit.benchmark.life import Life, Payer, is_discount_over, last_discount_day
from acquit.benchmark.paying import codes_of
from acquit.benchmark.values import CENT, ZERO, Advice, AdviceLine, Customer, Difference, Item, Payment


def _with_others(life: Life, item: Item, most: int) -> list[Item]:
    """Give the item and some other invoices of its owner, at most so many."""
    others = [one for one in life.untouched(item.owner) if one is not item and one.currency == item.currency]
    life.rng.shuffle(others)
    return [item, *others[: most - 1]]


def _is_free(life: Life, item: Item) -> bool:
    """Tell whether a document is open in both books alike and not yet touched today."""
    return item.open_amount == item.seen_amount and item not in life.touched


def _all_of(items: Sequence[Item]) -> list[tuple[Item, Decimal]]:
    return [(item, item.seen_amount) for item in items]


def pay_several(life: Life, day: date, item: Item) -> Payment | None:
    """Pay several documents named in full."""
    items = _with_others(life, item, life.rng.choice((2, 2, 3, 4, 5, 6, 8)))
    shown = life.show(item.owner, must_be_known=False)
    if shown is None or len(items) < 2:
        return None
    return life.pay("SEVERAL", day, item.owner, shown, _all_of(items), life.writer.name_several(items))


def pay_abbreviated(life: Life, day: date, item: Item) -> Payment | None:
    """Pay several documents, all but the first by their last digits."""
    items = _with_others(life, item, life.rng.choice((2, 3, 4)))
    shown = life.show(item.owner, must_be_known=True)
    candidates = life.scope(item.owner)
    if shown is None or len(items) < 2:
        return None
    if not all(proofs.is_only_ending(one, candidates, one.digits[-4:], one.seen_amount) for one in items):
        return None
    return life.pay("ABBREVIATED", day, item.owner, shown, _all_of(items), life.writer.abbreviate(items, 4))


def pay_subset(life: Life, day: date, item: Item) -> Payment | None:
    """Pay a set of items without a word, where exactly one set fits and the amount alone may post."""
    owner = item.owner
    items = _with_others(life, item, life.rng.choice((2, 2, 3, 4)))
    candidates = life.scope(owner)
    shown = life.show(owner, must_be_known=True) if owner.is_amount_enough else None
    if shown is None or len(items) < 2:
        return None
    credit_notes = [one for one in candidates if one.is_credit_note and one.owner is owner]
    if credit_notes and life.rng.random() < 0.3 and not owner.is_blurred:
        items.append(credit_notes[0])
    total = sum((one.seen_amount for one in items), ZERO)
    if total <= 0 or proofs.count_sets([one.seen_amount for one in candidates], total) != 1:
        return None
    if any(total in {one.seen_amount - one.discount, one.gross} for one in candidates):
        return None
    return life.pay("SUBSET", day, owner, shown, _all_of(items), life.writer.say("NOTHING", owner.language))


def pay_balance(life: Life, day: date, item: Item) -> Payment | None:
    """Pay the balance of all, or of all that is due, and say so."""
    owner = item.owner
    shown = life.show(owner, must_be_known=True)
    if shown is None or owner.is_blurred or life.scope(owner) != life.seen(owner):
        return None
    told = day - timedelta(days=life.rng.randrange(1, 6))
    every = [one for one in life.seen(owner) if one.issued <= told]
    due = [one for one in every if one.due <= told]
    is_all = life.rng.random() < 0.6
    items = every if is_all else due
    total = sum((one.seen_amount for one in items), ZERO)
    if len(items) < 2 or total < 10 or (not is_all and any(one.is_credit_note for one in every)):
        return None
    what = "STATEMENT_ALL" if is_all else "STATEMENT_DUE"
    text = life.writer.say(what, owner.language, day=told.strftime("%d.%m.%Y"))
    return life.pay("STATEMENT", day, owner, shown, _all_of(items), text)


def pay_with_credit(life: Life, day: date, item: Item) -> Payment | None:
    """Pay invoices less a credit note, all named."""
    credit_notes = [one for one in life.seen(item.owner) if one.is_credit_note and _is_free(life, one)]
    shown = life.show(item.owner, must_be_known=False)
    if shown is None or not credit_notes:
        return None
    items = _with_others(life, item, life.rng.choice((1, 1, 2, 3)))
    parts = _all_of([*items, credit_notes[0]])
    if sum((cash for _, cash in parts), ZERO) <= 0:
        return None
    numbers = life.writer.name_several(items)
    text = life.writer.say("CREDIT", item.owner.language, numbers=numbers, credit=credit_notes[0].number)
    return life.pay("CREDIT_NETTED", day, item.owner, shown, parts, text)


def pay_for_child(life: Life, day: date, item: Item) -> Payment | None:
    """Let the parent pay documents of its children: named, or the only set in the group that fits."""
    parent = next((one for one in life.family.members if one.number == item.owner.parent), None)
    if parent is None:
        return None
    candidates = [one for one in life.scope(parent) if not one.is_credit_note and _is_free(life, one)]
    others = [one for one in candidates if one is not item]
    life.rng.shuffle(others)
    items = [item, *others[: life.rng.choice((0, 1, 2, 4))]]
    shown = life.show(parent, must_be_known=True)
    total = sum((one.seen_amount for one in items), ZERO)
    if shown is None:
        return None
    text = life.writer.name_several(items)
    if life.rng.random() < 0.3 and parent.is_amount_enough:
        scope = life.scope(parent)
        is_only = proofs.count_sets([one.seen_amount for one in scope], total) == 1
        if is_only and not any(total == one.seen_amount - one.discount for one in scope):
            text = life.writer.say("NOTHING", parent.language)
    return life.pay("PARENT", day, parent, shown, _all_of(items), text)


# Advices -------------------------------------------------------------------------------------------------------------


def pay_with_advice(life: Life, day: date, item: Item) -> Payment | None:
    """Pay many documents by an advice: with discounts in time, deductions with codes and credit notes in it."""
    owner, rng = item.owner, life.rng
    items = _with_others(life, item, rng.randrange(2, 41))
    shown = life.show(owner, must_be_known=True)
    if shown is None or len(items) < 2:
        return None
    credit_notes = [one for one in life.seen(owner) if one.is_credit_note and _is_free(life, one)]
    lines, parts, differences = [], [], list[Difference]()
    for one in [*items, *credit_notes[:1]]:
        line, difference = _advise(life, day, one)
        lines.append(line)
        parts.append((one, line.paid))
        differences += difference
    total = sum((cash for _, cash in parts), ZERO)
    if total <= 0:
        return None
    reference = str(rng.randrange(10**9, 10**10))
    roll = rng.random()
    kind, told = "ADVICE", day - timedelta(days=rng.randrange(0, 3))
    if roll < 0.15:
        kind, told = "ADVICE_LATE", day + timedelta(days=rng.randrange(1, 8))
    text = life.writer.say("ADVICE", owner.language, number=reference)
    payment = life.pay(kind, day, owner, shown, parts, text, differences)
    advice = Advice(
        owner.name, reference, told, day, total, owner.currency, owner.language, lines, email=owner.email
    )
    payment.advices = (advice,)
    if kind == "ADVICE" and rng.random() < 0.1:
        payment.truth.kind = "ADVICE_CORRECTED"
        wrong = [_misadvise(line) if place == 0 else line for place, line in enumerate(lines)]
        early = Advice(
            owner.name, reference, told - timedelta(days=1), day, sum((one.paid for one in wrong), ZERO),
            owner.currency, owner.language, wrong, email=owner.email,
        )  # fmt: skip
        advice.is_corrected = True
        payment.advices = (early, advice)
    return payment


def _misadvise(line: AdviceLine) -> AdviceLine:
    more = line.paid + Decimal("10.00")
    return AdviceLine(
        line.document, line.issued, line.gross, line.taken_off, more, line.code, line.is_discount
    )


def _advise(life: Life, day: date, item: Item) -> tuple[AdviceLine, list[Difference]]:
    """Give a document's line of an advice, and what it leaves unpaid."""
    opened = item.seen_amount
    is_whole = opened == item.gross and not item.is_credit_note
    if is_whole and item.discount and (day - last_discount_day(item)).days <= 0:
        off = item.discount
        line = AdviceLine(item.number, item.issued, opened, off, opened - off, is_discount=True)
        return line, [Difference("DISCOUNT", item.number, off)]
    if is_whole and opened > 200 and life.rng.random() < 0.06 and is_discount_over(item, day):
        code, _, reason = life.rng.choice(codes_of(life, item))
        off = (opened * life.rng.randrange(3, 15) / 100).quantize(CENT)
        line = AdviceLine(item.number, item.issued, opened, off, opened - off, code)
        return line, [Difference("DEDUCTION", item.number, off, reason)]
    return AdviceLine(item.number, item.issued, opened, ZERO, opened), []


# Nothing to apply ----------------------------------------------------------------------------------------------------


def pay_again(life: Life, day: date, item: Item, before: Payment) -> Payment | None:
    """Pay a second time what is paid already, in the same words."""
    shown = life.show(item.owner, must_be_known=True)
    if shown is None or item.open_amount or item.seen_amount:
        return None
    if any(one.seen_amount == before.amount for one in life.scope(item.owner)):
        return None
    payment = life.keep("DUPLICATE", day, item.owner, shown, before.amount, before.text)
    payment.structured_reference = before.structured_reference
    return payment


def pay_on_account(life: Life, day: date, item: Item) -> Payment | None:
    """Pay a round amount on account."""
    owner = item.owner
    shown = life.show(owner, must_be_known=True)
    amount = Decimal(life.rng.randrange(2, 80) * 250) + ZERO
    candidates = life.scope(owner)
    if shown is None or proofs.count_sets([one.seen_amount for one in candidates], amount) != 0:
        return None
    return life.keep("ON_ACCOUNT", day, owner, shown, amount, life.writer.say("ON_ACCOUNT", owner.language))


def pay_ahead(life: Life, day: date, item: Item) -> Payment | None:
    """Pay an order before anything is invoiced."""
    owner: Customer = item.owner
    orders = [one for one in life.family.orders if one.owner is owner and one.day <= day]
    shown: Payer | None = life.show(owner, must_be_known=False)
    if shown is None or not orders or owner.currency != owner.account.currency:
        return None
    order = orders[0]
    amount = (order.amount * order.percent / 100).quantize(CENT, "ROUND_HALF_UP")
    if any(one.seen_amount == amount for one in life.scope(owner)):
        return None
    life.family.paid_orders.append(order)
    life.family.orders.remove(order)
    text = life.writer.say("PREPAYMENT", owner.language, number=order.number)
    return life.keep("PREPAYMENT", day, owner, shown, amount, text)


def hand_to_agent(life: Life, day: date, item: Item) -> None:
    """Leave a document to the payment agent, who pays for all its clients on the last booking day of the quarter."""
    month = (day.month - 1) // 3 * 3 + 3
    last = date(day.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    while life.setting.booking_day(last) != last:
        last -= timedelta(days=1)
    if not item.is_credit_note and item.owner.account.currency == item.currency:
        life.setting.lumps.setdefault((item.owner.account.key, last), []).append((item, item.seen_amount))
        item.open_amount = ZERO
        item.owner.is_blurred = True  # until the agent pays, the files show it open
