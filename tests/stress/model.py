"""A second, small set of books in plain Python: dictionaries of decimals, written without a line of Acquit.

It knows what an accountant would do by hand: items with an amount and a book value, entries that sum to zero, clearings
that take pro rata shares. What an operation of Acquit leaves behind is compared with it after every step.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from tests.stress.values import DECIMALS, REVALUED, ZERO, Applied, Clearing, Item, Line, Pair, Side, rounded


class Books:
    """The books of some companies; `rates` says what one euro was worth from a day on."""

    def __init__(self, companies: dict[int, str], rates: dict[str, list[tuple[date, Decimal]]]) -> None:
        self.companies = companies
        self.rates = rates
        self.items: list[Item] = []
        self.clearings: list[Clearing] = []
        self.journal: list[tuple[int, date, str, str, Decimal, Decimal]] = []
        self.balances: defaultdict[tuple[int, str, str], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
        self.periods: dict[tuple[int, int], str] = {}
        self.revalued: dict[tuple[int, date, str, str], tuple[int, Decimal, Decimal, Decimal]] = {}
        self.affiliates: defaultdict[tuple[int, int, str], Decimal] = defaultdict(Decimal)

    # -- days and rates -----------------------------------------------------------------------------------------

    def takes(self, company: int, day: date, *, is_closing: bool = False) -> bool:
        """Tell whether a day's period takes entries."""
        status = self.periods.get((company, day.month), "OPEN") if day.year == 2026 else "NONE"
        return status == "OPEN" or (is_closing and status == "SOFT_CLOSED")

    def rate(self, currency: str, company: int, day: date) -> Fraction:
        """Give what one unit of a currency is worth in a company's, by way of the euro."""
        return self._per_euro(self.companies[company], day) / self._per_euro(currency, day)

    def _per_euro(self, currency: str, day: date) -> Fraction:
        if currency == "EUR":
            return Fraction(1)
        return Fraction(next(rate for since, rate in reversed(self.rates[currency]) if since <= day))

    # -- the two movements everything is made of ----------------------------------------------------------------

    def post(
        self, company: int, day: date, currency: str, lines: Sequence[Line], rate: Fraction | None = None
    ) -> list[tuple[str, Decimal, Decimal]]:
        """Post lines that sum to zero; the last takes what rounding leaves. Items in them get their book value."""
        kept = [line for line in lines if line[1] != 0]
        assert sum((amount for _, amount, _ in kept), ZERO) == 0
        by = self.rate(currency, company, day) if rate is None else rate
        own = self.companies[company]
        books = [rounded(Fraction(amount) * by, own) for _, amount, _ in kept]
        books[-1] -= sum(books, ZERO)
        for (_, _, item), book in zip(kept, books, strict=True):
            if item is not None:
                item.book_original = item.book = book
        written = [(role, amount, book) for (role, amount, _), book in zip(kept, books, strict=True)]
        self._write(company, day, currency, written)
        return written

    def _write(
        self, company: int, day: date, currency: str, lines: Iterable[tuple[str, Decimal, Decimal]]
    ) -> None:
        for role, amount, book in lines:
            self.journal.append((company, day, role, currency, amount, book))
            balance = self.balances[company, role, currency]
            balance[0] += amount
            balance[1] += book

    def take_back_lines(
        self, company: int, day: date, currency: str, lines: Iterable[tuple[str, Decimal, Decimal]]
    ) -> None:
        """Post the opposite of lines."""
        self._write(company, day, currency, [(role, -amount, -book) for role, amount, book in lines])

    def add(
        self, company: int, customer: int, kind: str, currency: str, amount: Decimal, day: date, due: date
    ) -> Item:
        """Bring an item into being; its book value comes with the entry that names it."""
        item = Item(company, customer, kind, currency, amount, ZERO, day, due, amount=amount)
        self.items.append(item)
        return item

    def clear(self, company: int, day: date, pairs: Sequence[Pair], reason: str = "APPLICATION") -> Clearing:
        """Set credits off against debits; each side gives its share of book value, the difference is realised."""
        edges = []
        by_item: dict[Item, list[Decimal]] = {}
        for credit, debit, amount in pairs:
            shares = [self._share(item, amount) for item in (credit, debit)]
            credit.move(day, amount, shares[0])
            debit.move(day, -amount, -shares[1])
            edges.append((credit, debit, amount, *shares))
            for item, change, share in ((credit, amount, shares[0]), (debit, -amount, -shares[1])):
                sums = by_item.setdefault(item, [ZERO, ZERO])
                sums[0] += change
                sums[1] += share
        currency = pairs[0][0].currency
        lines = [(item.account, change, book) for item, (change, book) in by_item.items()]
        difference = sum((book for _, _, book in lines), ZERO)
        if difference:
            lines.append(("FX_REALISED", ZERO, -difference))
        self._write(company, day, currency, lines)
        clearing = Clearing(
            company, day, edges, [(role, currency, amount, book) for role, amount, book in lines], reason
        )
        self.clearings.append(clearing)
        return clearing

    def _share(self, item: Item, amount: Decimal) -> Decimal:
        left, book = abs(item.amount), abs(item.book)
        assert 0 < amount <= left
        return (
            book
            if amount == left
            else rounded(Fraction(book) * Fraction(amount) / Fraction(left), self.companies[item.company])
        )

    def unclear(self, clearing: Clearing, day: date) -> date:
        """Take a clearing back, on its own day at the earliest; gives the day."""
        on = max(day, clearing.day)
        for credit, debit, amount, credit_book, debit_book in clearing.edges:
            credit.move(on, -amount, -credit_book)
            debit.move(on, amount, debit_book)
        for role, currency, amount, book in clearing.lines:
            self._write(clearing.company, on, currency, [(role, -amount, -book)])
        clearing.is_taken_back = True
        back = Clearing(clearing.company, on, [], [], "TAKEN_BACK", is_taken_back=True)
        self.clearings.append(back)
        return on

    def mirror(self, item: Item, day: date) -> None:
        """Put the opposite of an item against it: nothing of it stays open."""
        opposite = self.add(
            item.company, item.customer, item.kind, item.currency, -item.original, day, item.due_date
        )
        opposite.book_original = opposite.book = -item.book
        credit, debit = (item, opposite) if item.original < 0 else (opposite, item)
        self.clear(item.company, day, [(credit, debit, abs(item.original))], "MIRROR")

    # -- what is asked of it ------------------------------------------------------------------------------------

    def open_items(self, customers: Iterable[int]) -> list[Item]:
        """Give what is open of customers."""
        wanted = set(customers)
        return [item for item in self.items if item.customer in wanted and item.amount != 0]

    def balance_as_of(self, customer: int, currency: str, day: date) -> Decimal:
        """Give a customer's account at the end of a day: everything that was posted on it by then."""
        return sum(
            (
                item.original
                for item in self.items
                if item.customer == customer and item.currency == currency and item.posting_date <= day
            ),
            ZERO,
        )

    def allowance(self, company: int, day: date) -> Decimal:
        """Give what of the allowance for losses can be used from a day on: never what a later day has used."""
        rows = [
            (on, -book)
            for of, on, role, _, _, book in self.journal
            if (of, role) == (company, "LOSS_ALLOWANCE")
        ]
        total = sum((book for on, book in rows if on <= day), ZERO)
        least = total
        for on in sorted({on for on, _ in rows if on > day}):
            total += sum((book for at, book in rows if at == on), ZERO)
            least = min(least, total)
        return max(least, ZERO)

    # -- acts ---------------------------------------------------------------------------------------------------

    def issue(
        self,
        company: int,
        customer: int,
        currency: str,
        net: Decimal,
        tax: Decimal,
        day: date,
        days: int,
    ) -> Item:
        """Issue an invoice, or a credit note below zero: Dr receivables / Cr revenue, tax."""
        gross = net + tax
        kind = "INVOICE" if gross > 0 else "CREDIT_NOTE"
        item = self.add(company, customer, kind, currency, gross, day, day + timedelta(days=days))
        item.net, item.gross = net, gross
        lines: list[Line] = [
            ("RECEIVABLES", gross, item),
            ("REVENUE", -net, None),
            ("OUTPUT_VAT", -tax, None),
        ]
        self.post(company, day, currency, lines)
        return item

    def receive(
        self, company: int, customer: int, currency: str, amount: Decimal, day: date, contra: str
    ) -> Item:
        """Take money in: Dr bank / Cr unapplied cash; an amount below zero went back."""
        kind = "PAYMENT" if amount > 0 else "RETURNED_PAYMENT"
        item = self.add(company, customer, kind, currency, -amount, day, day)
        self.post(company, day, currency, [(contra, amount, None), ("UNAPPLIED_CASH", -amount, item)])
        return item

    def apply(
        self,
        money: Item,
        parts: Sequence[tuple[Item, Decimal]],
        differences: Sequence[tuple[str, Item, Decimal]],
        day: date,
        owner: int | None,
    ) -> Applied:
        """Put money on items: what belongs to another customer goes over first, differences become adjustments."""
        on = max([day, money.posting_date, *(item.posting_date for item, _ in parts)])
        cash = sum((amount for _, amount in parts), ZERO)
        rest = -money.amount - cash
        keeper = money.customer if owner is None else owner
        gone = -money.amount if keeper != money.customer else cash
        sides: defaultdict[int, Side] = defaultdict(Side)
        applied = Applied([], [], [], money)
        if gone:
            sides[money.customer].cash.append((money, gone))
        for customer, amount in self._needs(parts, keeper, rest):
            if customer == money.customer or amount == 0:
                continue
            given, taken = self._transfer(money, customer, amount, on, applied)
            sides[money.customer].move(given)
            sides[customer].move(taken)
            if customer == keeper:
                applied.money = taken
        self._place(sides, parts, differences, on, applied)
        if not rest:
            applied.money = money
        for customer in sorted(sides):
            pairs = sides[customer].pair()
            if pairs:
                applied.clearings.append(self.clear(money.company, on, pairs, "RECEIPT"))
        return applied

    def _place(
        self,
        sides: defaultdict[int, Side],
        parts: Sequence[tuple[Item, Decimal]],
        differences: Sequence[tuple[str, Item, Decimal]],
        on: date,
        applied: Applied,
    ) -> None:
        asked: defaultdict[Item, Decimal] = defaultdict(Decimal)
        for item, amount in parts:
            asked[item] += amount
        for kind, item, amount in differences:
            if kind == "DEDUCTION":
                continue
            adjustment = self._adjust(kind, item, amount, on, applied)
            side = sides[item.customer]
            if amount * item.amount > 0:
                credit, debit = (adjustment, item) if item.amount > 0 else (item, adjustment)
                side.pairs.append((credit, debit, abs(amount)))
            else:
                asked[item] += amount
                side.put(adjustment, adjustment.original)
        for item, amount in asked.items():
            sides[item.customer].put(item, amount)

    def keep(self, money: Item, customer: int, day: date) -> Applied:
        """Keep money for a customer; what stood with another goes over."""
        applied = Applied([], [], [], money)
        if money.customer == customer:
            return applied
        on = max(day, money.posting_date)
        given, taken = self._transfer(money, customer, -money.amount, on, applied)
        pair = (money, given, abs(money.amount)) if money.amount < 0 else (given, money, abs(money.amount))
        applied.clearings.append(self.clear(money.company, on, [pair], "RECEIPT"))
        applied.money = taken
        return applied

    def undo(self, applied: Applied, day: date) -> date:
        """Take back what a decision did; gives the day it was done on."""
        on = max([day, *(clearing.day for clearing in applied.clearings)])
        for clearing in applied.clearings:
            self.unclear(clearing, on)
        for currency, lines in applied.entries:
            self.take_back_lines(applied.money.company, on, currency, lines)
        for item in applied.made:
            self.mirror(item, on)
        return on

    def _needs(
        self, parts: Sequence[tuple[Item, Decimal]], keeper: int, rest: Decimal
    ) -> list[tuple[int, Decimal]]:
        needs: dict[int, Decimal] = {}
        for item, amount in parts:
            needs[item.customer] = needs.get(item.customer, ZERO) + amount
        if needs.get(keeper, ZERO) < 0:
            return [*sorted(needs.items()), (keeper, rest)]
        needs[keeper] = needs.get(keeper, ZERO) + rest
        return sorted(needs.items())

    def _transfer(
        self, money: Item, customer: int, amount: Decimal, on: date, applied: Applied
    ) -> tuple[Item, Item]:
        given = self.add(money.company, money.customer, "PAYMENT_TRANSFER", money.currency, amount, on, on)
        taken = self.add(money.company, customer, "PAYMENT_TRANSFER", money.currency, -amount, on, on)
        lines: list[Line] = [("UNAPPLIED_CASH", amount, given), ("UNAPPLIED_CASH", -amount, taken)]
        rate = Fraction(money.book) / Fraction(money.amount)
        applied.entries.append((money.currency, self.post(money.company, on, money.currency, lines, rate)))
        applied.made += [given, taken]
        return given, taken

    def _adjust(self, kind: str, item: Item, amount: Decimal, on: date, applied: Applied) -> Item:
        due = max(item.due_date, on)
        made = self.add(item.company, item.customer, "ADJUSTMENT", item.currency, -amount, on, due)
        net, rate = amount, None
        if kind == "DISCOUNT":
            if item.gross:
                net = rounded(Fraction(amount) * Fraction(item.net) / Fraction(item.gross), item.currency)
            rate = Fraction(item.book) / Fraction(item.amount)
        contra = {
            "DISCOUNT": "REVENUE_REDUCTIONS",
            "TOLERANCE": "PAYMENT_DIFFERENCES",
            "BANK_FEE": "BANK_CHARGES",
        }[kind]
        lines: list[Line] = [
            ("RECEIVABLES", -amount, made),
            (contra, net, None),
            ("OUTPUT_VAT", amount - net, None),
        ]
        applied.entries.append((item.currency, self.post(item.company, on, item.currency, lines, rate)))
        applied.made.append(made)
        return made

    def carry(self, item: Item, kind: str, parts: Sequence[tuple[Decimal, date]], day: date) -> list[Item]:
        """Put new items in the place of a part of an old one; the books do not move."""
        total = sum((amount for amount, _ in parts), ZERO)
        counter = self.add(item.company, item.customer, kind, item.currency, -total, day, item.due_date)
        new = [
            self.add(item.company, item.customer, kind, item.currency, amount, day, due)
            for amount, due in parts
        ]
        lines: list[Line] = [("RECEIVABLES", -total, counter)]
        lines += [("RECEIVABLES", each.original, each) for each in new]
        self.post(item.company, day, item.currency, lines, Fraction(item.book) / Fraction(item.amount))
        self.clear(item.company, day, [(counter, item, total)], kind)
        return new

    def accelerate(self, items: Sequence[Item], day: date) -> Item:
        """Put one item that is due at once in the place of several."""
        first, rest = items[0], sum((item.amount for item in items), ZERO)
        counters = [
            self.add(item.company, item.customer, item.kind, item.currency, -item.amount, day, day)
            for item in items
        ]
        new = self.add(first.company, first.customer, "INSTALMENT", first.currency, rest, day, day)
        lines: list[Line] = [("RECEIVABLES", rest, new)]
        lines += [("RECEIVABLES", counter.original, counter) for counter in counters]
        self.post(first.company, day, first.currency, lines, Fraction(first.book) / Fraction(first.amount))
        pairs = [(counter, item, item.amount) for counter, item in zip(counters, items, strict=True)]
        self.clear(first.company, day, pairs, "ACCELERATION")
        return new

    def write_off(self, item: Item, day: date) -> tuple[Item, Clearing, list[tuple[str, Decimal, Decimal]]]:
        """Give a claim up: the allowance first, then expense."""
        rate = Fraction(item.book) / Fraction(item.amount)
        used = ZERO
        if rate:
            units = Fraction(self.allowance(item.company, day)) / rate * 10 ** DECIMALS[item.currency]
            used = min(item.amount, Decimal(units.__floor__()).scaleb(-DECIMALS[item.currency]))
        credit = self.add(
            item.company, item.customer, "WRITE_OFF", item.currency, -item.amount, day, item.due_date
        )
        lines: list[Line] = [
            ("RECEIVABLES", -item.amount, credit),
            ("LOSS_ALLOWANCE", used, None),
            ("BAD_DEBT", item.amount - used, None),
        ]
        entry = self.post(item.company, day, item.currency, lines, rate)
        return credit, self.clear(item.company, day, [(credit, item, item.amount)], "WRITE_OFF"), entry

    def revalue(self, company: int, day: date) -> bool:
        """Value foreign items at a day's rates and take it back on the next; tells whether anything was posted."""
        own = self.companies[company]
        found: dict[tuple[str, str], list[Decimal]] = {}
        for item in self.items:
            amount, book = item.open_as_of(day)
            if item.company != company or item.currency == own or item.account not in REVALUED or amount == 0:
                continue
            sums = found.setdefault((item.account, item.currency), [ZERO, ZERO, ZERO, ZERO])
            worth = rounded(Fraction(amount) * self.rate(item.currency, company, day), own)
            for place, value in enumerate((Decimal(1), amount, book, worth)):
                sums[place] += value
        known = {key[2:] for key in self.revalued if key[:2] == (company, day)}
        has_posted = False
        for account, currency in sorted(known | set(found)):
            number, amount, book, worth = found.get((account, currency), [ZERO] * 4)
            key = (company, day, account, currency)
            before = self.revalued.get(key, (0, ZERO, ZERO, ZERO))
            difference = (worth - book) - (before[3] - before[2])
            self.revalued[key] = (int(number), amount, book, worth)
            if difference:
                has_posted = True
                lines = [(REVALUED[account], ZERO, difference), ("FX_UNREALISED", ZERO, -difference)]
                self._write(company, day, currency, lines)
                self.take_back_lines(company, day + timedelta(days=1), currency, lines)
        return has_posted
