"""From a table and its mapping to rows, refused rows and control totals, in a stream.

The clever idea: cells are read by column, rows are judged one by one. A refused cell, a broken rule and a ragged line
all end as the same refused row, and every row of the file is in exactly one class, which the totals prove.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, localcontext
from typing import Any

from acquit.core.errors import Refusal
from acquit.formats.tables import Table, TableChunk
from acquit.intake.rules.building import Builder, Frame, LeftOut, ReadContext, RowTrouble
from acquit.intake.rules.cells import CellReader, Fault, cell_message
from acquit.intake.rules.counting import RowClass, RowCounter
from acquit.intake.rules.items import OpenItemBuilder
from acquit.intake.rules.kinds import FIELD_TYPES, KIND_WORDS, Field, FileKind, ValueType
from acquit.intake.rules.mapping import ColumnMapping, Mapping
from acquit.intake.rules.money_rows import (
    BankAccountBuilder,
    BankLineBuilder,
    DeductionCodeBuilder,
    FxRateBuilder,
    PaymentBuilder,
    RemittanceBuilder,
    VirtualAccountBuilder,
)
from acquit.intake.rules.rows import ParsedChunk, RefusedRow, RowNote
from acquit.intake.rules.sales_rows import (
    AgedBalanceBuilder,
    CustomerBuilder,
    InvoiceLineBuilder,
    OrderBuilder,
)
from acquit.intake.rules.totals import EXACT, ControlTotals

_NUMERIC = frozenset([ValueType.AMOUNT, ValueType.NUMBER, ValueType.PERCENT])
BUILDERS: dict[FileKind, type[Builder]] = {
    FileKind.CUSTOMERS: CustomerBuilder,
    FileKind.OPEN_ITEMS: OpenItemBuilder,
    FileKind.INVOICE_LINES: InvoiceLineBuilder,
    FileKind.AGED_BALANCES: AgedBalanceBuilder,
    FileKind.PAYMENTS: PaymentBuilder,
    FileKind.BANK_STATEMENT: BankLineBuilder,
    FileKind.BANK_ACCOUNTS: BankAccountBuilder,
    FileKind.VIRTUAL_ACCOUNTS: VirtualAccountBuilder,
    FileKind.FX_RATES: FxRateBuilder,
    FileKind.ORDERS: OrderBuilder,
    FileKind.DEDUCTION_CODES: DeductionCodeBuilder,
    FileKind.REMITTANCE: RemittanceBuilder,
}


class CannotReadRows(Refusal):
    """The mapping does not yet say enough to read rows, or belongs to another table."""

    code = "CANNOT_READ_ROWS"


def read_rows(table: Table, mapping: Mapping, context: ReadContext, *, chunk_size: int = 1_000) -> RowReader:
    """Read the rows of a table as its mapping says.

    Iterate over the result once: it streams `ParsedChunk`s, then its `totals` are complete. Refuses a mapping with open
    questions and one of another table with `CannotReadRows`.
    """
    if not mapping.is_ready:
        asked = "; ".join(question.text for question in mapping.open_questions)
        raise CannotReadRows(
            f"{context.file} cannot be read yet. {asked or KIND_WORDS[mapping.kind] + '.'}", param="mapping"
        )
    if tuple(column.header for column in mapping.columns) != table.header:
        raise CannotReadRows(f"The mapping is not for the columns of {context.file}.", param="mapping")
    return RowReader(table, mapping, context, chunk_size)


def _is_settled(column: ColumnMapping) -> bool:
    """Say whether a column can be read; one whose order or decimal mark nobody needed to settle is left out."""
    value_type = FIELD_TYPES[column.field] if column.field else None
    if value_type is ValueType.DATE:
        return column.date_style is not None
    return value_type not in _NUMERIC or column.amount_style is not None


class RowReader:
    """An iterator over the parsed chunks of one file; `totals` grow with it."""

    def __init__(self, table: Table, mapping: Mapping, context: ReadContext, chunk_size: int) -> None:
        self.totals = ControlTotals(mapping.kind)
        self._table = table
        self._mapping = mapping
        self._context = context
        self._builder = BUILDERS[mapping.kind](mapping, context)
        self._counter = RowCounter(self._builder, self.totals)
        self._readers = [
            CellReader(column, column.field, mapping.kind)
            for column in mapping.columns
            if column.field is not None and _is_settled(column)
        ]
        self._places = {name: place for place, name in enumerate(table.header)}
        self._repeated: set[int] | None = set() if mapping.kind is FileKind.INVOICE_LINES else None
        self._chunks = self._read(chunk_size)

    def __iter__(self) -> Iterator[ParsedChunk]:
        return self._chunks

    def __next__(self) -> ParsedChunk:
        return next(self._chunks)

    def _read(self, chunk_size: int) -> Iterator[ParsedChunk]:
        for chunk in self._table.rows(chunk_size):
            self.totals.stated += chunk.totals
            parsed = self._parse(chunk)
            self.totals.noisy, self.totals.rounded = self._builder.noisy, self._builder.rounded
            yield parsed

    def _parse(self, chunk: TableChunk) -> ParsedChunk:
        with localcontext(EXACT):
            self._mend(chunk)
            frame, refused, notes = self._read_cells(chunk)
            self._builder.prepare(frame)
            parsed = ParsedChunk(self._mapping.kind, [], [], notes)
            classes = self._build(frame, refused, parsed)
            amounts = self._counter.count(frame, classes, parsed.rows)
            for place, trouble in refused.items():
                parsed.refused.append(self._refused(frame, place, trouble, *amounts.get(place, (None, None))))
            self._refuse_faults(chunk, parsed)
            self._note_repeated(frame, parsed)
            parsed.notes.extend(self._builder.notes)
            self._builder.notes.clear()
        self.totals.reasons.update(one.reason_code for one in parsed.refused)
        self.totals.note_counts.update(note.code for note in parsed.notes)
        return parsed

    def _build(self, frame: Frame, refused: dict[int, RowTrouble], parsed: ParsedChunk) -> list[RowClass]:
        """Build the rows of a frame; gives the class of each, and adds what rules refuse to `refused`."""
        built = self._builder.build_all(frame) if not refused else None
        if built is not None:
            parsed.rows.extend(built)
            return [RowClass.ACCEPTED] * len(built)
        build, rows = self._builder.build, parsed.rows
        classes: list[RowClass] = []
        for line, values in zip(frame.line_numbers, frame.take(self._builder.fields), strict=True):
            if len(classes) in refused:
                classes.append(RowClass.REFUSED)
                continue
            try:
                rows.append(build(line, values))
                classes.append(RowClass.ACCEPTED)
            except LeftOut:
                classes.append(RowClass.LEFT_OUT)
            except RowTrouble as trouble:
                refused[len(classes)] = trouble
                classes.append(RowClass.REFUSED)
        return classes

    def _refuse_faults(self, chunk: TableChunk, parsed: ParsedChunk) -> None:
        """Refuse the lines that could not even be cut into cells."""
        for fault in chunk.faults:
            message = f"The line {fault.message}."
            parsed.refused.append(
                RefusedRow(self._context.file, fault.line_number, "", fault.value, fault.code, message)
            )
        self.totals.rows_read += len(chunk.faults)
        self.totals.rows_refused += len(chunk.faults)
        parsed.refused.sort(key=lambda one: one.line_number)

    def _mend(self, chunk: TableChunk) -> None:
        """Put a person's values in place before anything is read."""
        mended = self._context.mended
        if not mended:
            return
        for line, cells in chunk:
            for head, value in mended.get(line, {}).items():
                if head in self._places:
                    cells[self._places[head]] = value

    def _read_cells(self, chunk: TableChunk) -> tuple[Frame, dict[int, RowTrouble], list[RowNote]]:
        columns: Sequence[tuple[str, ...]] = list(zip(*chunk.rows, strict=True)) or [()] * len(
            self._table.header
        )
        values: dict[Field, list[Any]] = {}
        refused: dict[int, RowTrouble] = {}
        notes: list[RowNote] = []
        buckets: list[list[Any]] = []
        for reader in self._readers:
            cells = columns[reader.column.index]
            read = reader.read(cells)
            if reader.faulty and not reader.faulty.isdisjoint(cells):
                self._sort_faults(reader, cells, read, chunk.line_numbers, refused, notes)
            if reader.field is Field.BUCKET:
                bucket = reader.column.bucket
                buckets.append([(bucket, value) for value in read])
            else:
                values[reader.field] = read
        if buckets:
            values[Field.BUCKET] = list(zip(*buckets, strict=True))
        return Frame(chunk.line_numbers, chunk.rows, values), refused, notes

    def _sort_faults(
        self,
        reader: CellReader,
        cells: Sequence[str],
        read: list[Any],
        line_numbers: Sequence[int],
        refused: dict[int, RowTrouble],
        notes: list[RowNote],
    ) -> None:
        """Turn unreadable cells into refused rows, or leave their values out with a note."""
        for place, value in enumerate(read):
            if type(value) is not Fault:
                continue
            message = cell_message(reader.field, cells[place], value)
            if reader.is_refusing:
                trouble = RowTrouble(
                    reader.field, value.code, message, value.proposal, column=reader.column.index
                )
                refused.setdefault(place, trouble)
            else:
                read[place] = None
                text = cells[place][:200]
                notes.append(
                    RowNote(
                        line_numbers[place], reader.column.header, text, value.code, f"{message} Left out."
                    )
                )

    def _refused(
        self, frame: Frame, place: int, trouble: RowTrouble, amount: Decimal | None, currency: str | None
    ) -> RefusedRow:
        column = self._mapping.column_of(trouble.at) if trouble.at else None
        if trouble.column is not None:
            column = self._mapping.columns[trouble.column]
        cells = frame.cells[place]
        return RefusedRow(
            file=self._context.file,
            line_number=frame.line_numbers[place],
            column=column.header if column else "",
            value=cells[column.index] if column else "",
            reason_code=trouble.code,
            message=trouble.message,
            proposal=trouble.proposal,
            amount=amount,
            currency=currency,
            cells=tuple(cells),
        )

    def _note_repeated(self, frame: Frame, parsed: ParsedChunk) -> None:
        """Report exact repetitions where they are allowed (two equal lines of a sale)."""
        if self._repeated is None:
            return
        for line, content in zip(frame.line_numbers, map(hash, map(tuple, frame.cells)), strict=True):
            if content in self._repeated:
                message = "The same line stands above; both are taken."
                parsed.notes.append(RowNote(line, "", "", "REPEATED_LINE", message))
            self._repeated.add(content)
