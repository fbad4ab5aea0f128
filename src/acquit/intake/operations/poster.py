"""Posting the files of one hand-over, each kind as the books take it, a chunk a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from acquit.cash.operations import (
    MatchOutcome,
    NewMoney,
    import_statements,
    match_bank_lines,
    record_payments,
    store_bank_accounts,
)
from acquit.controls.queries import get_company
from acquit.controls.rules.duties import Actor, NotAllowed
from acquit.core.errors import Refusal
from acquit.formats.bank_files import read_statements
from acquit.formats.tables import open_table
from acquit.infra.operations import RunView, finish_chunk
from acquit.infra.transaction import operation
from acquit.intake.models import IntakeFile
from acquit.intake.models import RefusedRow as RefusedRowModel
from acquit.intake.operations.customer_drafts import customer_draft
from acquit.intake.operations.first_rates import ensure_rates
from acquit.intake.operations.money_drafts import money_received, money_taken_over
from acquit.intake.operations.order_files import post_status_report, post_virtual_accounts
from acquit.intake.operations.posting_advices import post_advice_files
from acquit.intake.operations.receiving import open_stored
from acquit.intake.operations.reference_files import (
    list_unknown_relatives,
    post_deduction_codes,
    post_orders,
    post_policy,
)
from acquit.intake.operations.row_refusals import refuse_day, refuse_without_rate
from acquit.intake.operations.sales import SalesPoster, read_headers
from acquit.intake.operations.statement_tables import add_accounts, first_days_of, statements_of_rows
from acquit.intake.operations.taking_over import take_over_items
from acquit.intake.queries import FileView, find_posted_file, list_mended
from acquit.intake.rules.building import ReadContext
from acquit.intake.rules.document_types import DocumentType
from acquit.intake.rules.kinds import FileKind
from acquit.intake.rules.mapping import mapping_from_json
from acquit.intake.rules.reading import RowReader, read_rows
from acquit.intake.rules.rows import (
    BankAccountRow,
    BankLineRow,
    CustomerRow,
    FxRateRow,
    OpenItemRow,
    PaymentRow,
    RefusedRow,
)
from acquit.intake.rules.stored_totals import totals_to_json
from acquit.ledger.operations import record_rates
from acquit.ledger.queries import CannotConvert, get_booking_window
from acquit.parties.operations import CustomerDraft, store_customers
from acquit.parties.queries import list_customer_ids, list_payment_terms

Progress = Callable[[str, int, int], None]

_READ_AT_ONCE = 5_000
_CHUNK = 20_000
_ADVICE_FILES_AT_ONCE = 2_000
_WARNINGS_AT_MOST = 100


@dataclass(slots=True)
class Posted:
    """What came of a hand-over."""

    documents_new: int = 0
    documents_known: int = 0
    customers: int = 0
    bank_lines_new: int = 0
    bank_lines_known: int = 0
    payments: int = 0
    rates: int = 0
    advices: int = 0
    matched: MatchOutcome = field(default_factory=MatchOutcome)

    def as_json(self) -> dict[str, Any]:
        """Give the figures as the summary keeps them."""
        return {
            "documents_new": self.documents_new,
            "documents_known": self.documents_known,
            "customers": self.customers,
            "bank_lines_new": self.bank_lines_new,
            "bank_lines_known": self.bank_lines_known,
            "payments": self.payments,
            "rates": self.rates,
            "advices": self.advices,
            "states": {str(state): count for state, count in self.matched.states.items()},
            "applied_amounts": {c: str(amount) for c, amount in self.matched.applied_amounts.items()},
        }


class FilePoster:
    """Posts the files of one hand-over."""

    def __init__(
        self,
        actor: Actor,
        company_id: int,
        business_date: date,
        posted_at: datetime,
        run: RunView,
        progress: Progress | None,
        first_day: date | None = None,
    ) -> None:
        self.actor = actor
        self.company = get_company(company_id)
        # A hand-over may be looked at as of a past day; what its files say of later days is booked all the same.
        self.as_of = business_date
        self.business_date = max(business_date, posted_at.date())
        # What was paid before the first statement is not on any; it is taken over as paid the day before.
        self.eve = business_date if first_day is None else min(business_date, first_day - timedelta(days=1))
        self.window = get_booking_window(company_id, self.business_date)
        self.posted_at = posted_at
        self.run = run
        self.progress = progress
        self.posted = Posted()
        self.customer_ids = list_customer_ids(company_id)
        self._chunk = 0
        self._acts: dict[FileKind, Callable[[FileView, RowReader], list[RefusedRow]]] = {
            FileKind.FX_RATES: self._post_rates,
            FileKind.BANK_ACCOUNTS: self._post_bank_accounts,
            FileKind.CUSTOMERS: self._post_customers,
            FileKind.VIRTUAL_ACCOUNTS: lambda file, reader: post_virtual_accounts(
                actor, company_id, reader, self.customer_ids, file.name
            ),
            FileKind.ORDERS: lambda _file, reader: post_orders(
                actor, company_id, reader, self.customer_ids, self._ensure_customers
            ),
            FileKind.DEDUCTION_CODES: lambda file, reader: post_deduction_codes(
                actor, company_id, reader, self.customer_ids, file.name
            ),
            FileKind.OPEN_ITEMS: self._post_open_items,
            FileKind.PAYMENTS: self._post_payments,
            FileKind.BANK_STATEMENT: self._post_statement_table,
        }

    def post(self, file: FileView, beside: Sequence[FileView]) -> None:
        """Post one file, keep what was refused, count it as done. A file refused whole stops none of the others."""
        self._tell(file.name, 0, max(1, file.rows_read))
        try:
            if (before := self._find_posted_before(file)) is not None:
                self._leave(file, before)
            elif file.kind == FileKind.BANK_STATEMENT and not file.mapping:
                self._post_statements(file)
            elif file.kind == FileKind.POLICY:
                self._post_policy(file)
            elif file.kind == FileKind.STATUS_REPORT:
                self._post_status_report(file)
            else:
                self._post_table(file, beside)
        except NotAllowed:
            raise
        except Refusal as refusal:
            self._refuse(file, refusal)
        with operation():
            self._chunk += 1
            finish_chunk(run=self.run, chunk=self._chunk, done=1, result={"file": file.id})

    def post_advices(self, files: Sequence[FileView]) -> None:
        """Store what payers advise, some thousand files at once: small files by the thousand are one stream."""
        for start in range(0, len(files), _ADVICE_FILES_AT_ONCE):
            part = files[start : start + _ADVICE_FILES_AT_ONCE]
            self._tell("Remittance advices", start, len(files))
            stored = post_advice_files(actor=self.actor, company_id=self.company.id, files=part)
            self.posted.advices += stored.new
            with operation():
                self._chunk += 1
                finish_chunk(run=self.run, chunk=self._chunk, done=len(part), result={"advices": stored.new})

    def _refuse(self, file: FileView, refusal: Refusal) -> None:
        with operation():
            warnings = [*file.warnings, [refusal.code, refusal.message]]
            IntakeFile.objects.filter(id=file.id).update(state="REFUSED", warnings=warnings)

    def _find_posted_before(self, file: FileView) -> FileView | None:
        """Find the same file posted whole before: its documents and lines are in the books and are not read again.

        Customers and what else may be changed by hand is brought to what the file says.
        """
        if file.kind not in {FileKind.OPEN_ITEMS, FileKind.BANK_STATEMENT}:
            return None
        before = find_posted_file(file)
        return before if before is not None and before.mapping == file.mapping else None

    def _leave(self, file: FileView, before: FileView) -> None:
        if file.kind == FileKind.OPEN_ITEMS:
            self.posted.documents_known += before.rows_read
        else:
            self.posted.bank_lines_known += before.rows_read
        with operation():
            IntakeFile.objects.filter(id=file.id).update(
                state="POSTED", rows_read=before.rows_read, totals=before.totals
            )

    def match(self, workers: int) -> None:
        """Decide about every bank line that waits."""
        waiting = self.posted.bank_lines_new
        done = 0

        def tell(count: int) -> None:
            nonlocal done
            done += count
            self._tell("Matching", done, max(waiting, done))

        outcome = match_bank_lines(
            actor=self.actor,
            company_id=self.company.id,
            business_date=self.business_date,
            decided_at=self.posted_at,
            run_id=self.run.id,
            progress=tell,
            workers=workers,
        )
        self.posted.matched.add(outcome)

    def _tell(self, what: str, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(what, done, total)

    def _post_table(self, file: FileView, beside: Sequence[FileView]) -> None:
        kind = FileKind(file.kind)
        with open_stored(file) as content:
            table = open_table(content, file.name)
            context = self._context(file)
            if kind is FileKind.BANK_STATEMENT:
                context = add_accounts(context, self.company.id, table)
            reader = read_rows(table, mapping_from_json(file.mapping), context, chunk_size=_READ_AT_ONCE)
            if kind is FileKind.INVOICE_LINES:
                refused = self._post_sales(file, reader, beside)
            else:
                refused = self._acts[kind](file, reader)
        self._keep(file, reader, refused)

    def _context(self, file: FileView) -> ReadContext:
        return ReadContext(
            file=file.name,
            currency=self.company.currency,
            known_customers=self.customer_ids.keys(),
            mended=list_mended(file.id),
        )

    def _keep(self, file: FileView, reader: RowReader, refused: Sequence[RefusedRow]) -> None:
        """Keep what was refused of a file, in place of what was refused before, and its control totals."""
        with operation():
            RefusedRowModel.objects.filter(file_id=file.id).delete()
            RefusedRowModel.objects.bulk_create(
                [
                    RefusedRowModel(
                        file_id=file.id,
                        company_id=file.company_id,
                        line_number=row.line_number,
                        column=row.column,
                        value=row.value[:1000],
                        reason=row.reason_code,
                        message=row.message,
                        proposal=row.proposal or "",
                        currency=row.currency or "",
                        amount=row.amount,
                        cells=list(row.cells),
                    )
                    for row in refused
                ],
                batch_size=2000,
            )
            IntakeFile.objects.filter(id=file.id).update(
                state="POSTED",
                rows_read=reader.totals.rows_read,
                rows_refused=len(refused),
                totals=totals_to_json(reader.totals),
            )

    def _post_policy(self, file: FileView) -> None:
        post_policy(self.actor, self.company, file, self.eve)
        with operation():
            IntakeFile.objects.filter(id=file.id).update(state="POSTED")

    def _post_status_report(self, file: FileView) -> None:
        post_status_report(self.actor, file, self.business_date, self.posted_at)
        with operation():
            IntakeFile.objects.filter(id=file.id).update(state="POSTED")

    def _post_rates(self, file: FileView, reader: RowReader) -> list[RefusedRow]:
        refused: list[RefusedRow] = []
        for chunk in reader:
            refused += chunk.refused
            rows = [row for row in chunk.rows if isinstance(row, FxRateRow)]
            rates = [(row.rate_date, row.base_currency, row.quote_currency, row.rate) for row in rows]
            self.posted.rates += record_rates(rates=rates, source=file.name)
        return refused

    def _post_bank_accounts(self, _file: FileView, reader: RowReader) -> list[RefusedRow]:
        refused: list[RefusedRow] = []
        for chunk in reader:
            refused += chunk.refused
            accounts = [(r.account, r.currency, r.key) for r in chunk.rows if isinstance(r, BankAccountRow)]
            store_bank_accounts(actor=self.actor, company_id=self.company.id, accounts=accounts)
        return refused

    def _post_customers(self, file: FileView, reader: RowReader) -> list[RefusedRow]:
        refused: list[RefusedRow] = []
        relatives: list[tuple[int, str, str]] = []
        waiting: list[CustomerDraft] = []
        for chunk in reader:
            refused += chunk.refused
            rows = [row for row in chunk.rows if isinstance(row, CustomerRow)]
            self._store_customers([customer_draft(row) for row in rows])
            for row in rows:
                named = [
                    (row.line_number, what, n)
                    for what, n in (("parent", row.parent), ("payer", row.payer))
                    if n
                ]
                relatives += named
                if any(number not in self.customer_ids for _, _, number in named):
                    waiting.append(
                        CustomerDraft(
                            row.customer, parent_number=row.parent or "", payer_number=row.payer or ""
                        )
                    )
            self.posted.customers += len(rows)
            self._tell(file.name, reader.totals.rows_read, max(file.rows_read, reader.totals.rows_read))
        if waiting:  # a parent may stand further down in the file than its children
            self._store_customers(waiting)
        unknown = list_unknown_relatives(relatives, self.customer_ids)
        if unknown:
            with operation():
                IntakeFile.objects.filter(id=file.id).update(
                    warnings=[*file.warnings, *unknown[:_WARNINGS_AT_MOST]]
                )
        return refused

    def _store_customers(self, drafts: Sequence[CustomerDraft]) -> None:
        ids = store_customers(actor=self.actor, company_id=self.company.id, drafts=drafts)
        self.customer_ids.update(ids)

    def _ensure_customers(self, named: Iterator[tuple[str, str | None, str | None]]) -> None:
        """Make the customers that items name and no file of customers brought."""
        missing = {
            number: CustomerDraft(number=number, name=name or "", country=country or "")
            for number, name, country in named
            if number not in self.customer_ids
        }
        if missing:
            self._store_customers(list(missing.values()))

    def _post_open_items(self, file: FileView, reader: RowReader) -> list[RefusedRow]:
        refused: list[RefusedRow] = []
        for read, refused_rows in _chunks(reader, OpenItemRow):
            refused += refused_rows
            rows = self._bookable(read, _days_of_item, file.name, refused)
            rows = self._convertible(rows, file.name, refused)
            self._ensure_customers((row.customer, row.customer_name, row.country) for row in rows)
            payments = [row for row in rows if row.document_type is DocumentType.PAYMENT]
            documents = [row for row in rows if row.document_type is not DocumentType.PAYMENT]
            taken = take_over_items(
                actor=self.actor,
                company_id=self.company.id,
                rows=documents,
                customer_ids=self.customer_ids,
                terms_of=list_payment_terms(self.company.id),
                file_name=file.name,
                run_id=self.run.id,
                business_date=self.eve,
            )
            self.posted.documents_new += taken.new
            self.posted.documents_known += taken.known
            refused += taken.refused
            self._take_over_payments(payments)
            self._tell(file.name, reader.totals.rows_read, max(file.rows_read, reader.totals.rows_read))
        return refused

    def _bookable(
        self,
        rows: list[Any],
        days_of: Callable[[Any], Iterable[date]],
        file_name: str,
        refused: list[RefusedRow],
    ) -> list[Any]:
        """Give the rows whose days may be booked; the others are refused as rows, and no period opens for them."""
        kept = []
        for row in rows:
            far = [day for day in days_of(row) if not self.window.holds(day)]
            if not far:
                kept.append(row)
                continue
            refused.append(refuse_day(row, far[0], self.window.describe(far[0]), file_name))
        return kept

    def _convertible(
        self, rows: list[OpenItemRow], file_name: str, refused: list[RefusedRow]
    ) -> list[OpenItemRow]:
        """Give the rows whose currency has a rate of exchange; the others are refused, each with the mend."""
        first_days: dict[str, date] = {}
        for row in rows:
            day = row.posting_date or row.document_date
            if row.currency != self.company.currency:
                first_days[row.currency] = min(day, first_days.get(row.currency, day))
        missing = ensure_rates(self.company, first_days)
        refused += [
            refuse_without_rate(row, self.company.currency, file_name)
            for row in rows
            if row.currency in missing
        ]
        return [row for row in rows if row.currency not in missing] if missing else rows

    def _take_over_payments(self, rows: Sequence[OpenItemRow]) -> None:
        self._record(
            [money_taken_over(row, self.company.id, self.customer_ids) for row in rows if row.open_amount]
        )

    def _record(self, money: Sequence[NewMoney]) -> None:
        if money:
            outcome = record_payments(
                actor=self.actor,
                company_id=self.company.id,
                payments=money,
                business_date=self.business_date,
                decided_at=self.posted_at,
                run_id=self.run.id,
            )
            self.posted.payments += sum(outcome.states.values())
            self.posted.matched.add(outcome)

    def _post_sales(self, file: FileView, reader: RowReader, beside: Sequence[FileView]) -> list[RefusedRow]:
        poster = SalesPoster(
            actor=self.actor,
            company_id=self.company.id,
            file_name=file.name,
            run_id=self.run.id,
            ensure_customers=self._ensure_customers,
            customer_ids=self.customer_ids,
            window=self.window,
        )
        headers = read_headers(file, beside, self._context)
        sales = poster.post(
            reader, headers, lambda done: self._tell(file.name, done, max(file.rows_read, done))
        )
        self.posted.documents_new += sales.new
        self.posted.documents_known += sales.known
        return sales.refused

    def _post_payments(self, file: FileView, reader: RowReader) -> list[RefusedRow]:
        refused: list[RefusedRow] = []
        seen: dict[str, int] = {}
        for read, refused_rows in _chunks(reader, PaymentRow):
            refused += refused_rows
            rows = self._bookable(read, lambda row: (row.payment_date,), file.name, refused)
            self._ensure_customers((r.customer, r.customer_name, None) for r in rows if r.customer)
            self._record([money_received(row, self.company.id, self.customer_ids, seen) for row in rows])
        return refused

    def _post_statement_table(self, file: FileView, reader: RowReader) -> list[RefusedRow]:
        rows: list[BankLineRow] = []
        refused: list[RefusedRow] = []
        for part, refused_rows in _chunks(reader, BankLineRow):
            rows += part
            refused += refused_rows
        self._import(statements_of_rows(rows, file.name), file, first_days_of(rows), is_confirmed=True)
        return refused

    def _post_statements(self, file: FileView) -> None:
        with open_stored(file) as content:
            is_confirmed = bool(file.totals.get("is_confirmed"))
            first_day = file.totals.get("first_date")
            first_days = (
                dict.fromkeys(file.totals.get("currencies", ()), date.fromisoformat(first_day))
                if first_day
                else {}
            )
            self._import(read_statements(content, file.name), file, first_days, is_confirmed=is_confirmed)
        with operation():
            IntakeFile.objects.filter(id=file.id).update(state="POSTED")

    def _import(
        self, statements: Any, file: FileView, first_days: dict[str, date], *, is_confirmed: bool
    ) -> None:
        foreign = {code: day for code, day in first_days.items() if code not in {"", self.company.currency}}
        for currency in sorted(ensure_rates(self.company, foreign) if foreign else ()):
            raise CannotConvert(
                f"No rate from {currency} to {self.company.currency} is known."
                " Add a file with date, base, currency, rate, and load this one again.",
                param="currency",
            )
        outcome = import_statements(
            actor=self.actor,
            company_id=self.company.id,
            statements=statements,
            file_id=file.id,
            is_confirmed=is_confirmed,
            business_date=self.business_date,
        )
        said = [["DETAILS_LEFT", left] for left in outcome.left]
        said += [
            ["LINES_VANISHED", f"Not in the corrected statement any more: {gone}."]
            for gone in outcome.vanished
        ]
        if said:
            with operation():
                IntakeFile.objects.filter(id=file.id).update(warnings=[*file.warnings, *said])
        self.posted.bank_lines_new += outcome.lines_new + outcome.details
        self.posted.bank_lines_known += outcome.lines_known + outcome.announced


def _days_of_item(row: OpenItemRow) -> list[date]:
    """Give the days an open item is booked on: its own, and that of what was settled of it."""
    return [row.posting_date or row.document_date, *([row.settled_date] if row.settled_date else [])]


def _chunks(reader: RowReader, kind: type[Any]) -> Iterator[tuple[list[Any], list[RefusedRow]]]:
    """Gather what is read in small parts into chunks of a transaction's size."""
    rows: list[Any] = []
    refused: list[RefusedRow] = []
    for chunk in reader:
        rows += [row for row in chunk.rows if isinstance(row, kind)]
        refused += chunk.refused
        if len(rows) >= _CHUNK:
            yield rows, refused
            rows, refused = [], []
    yield rows, refused
