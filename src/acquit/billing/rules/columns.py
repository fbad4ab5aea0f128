"""Documents by the hundred thousand as columns: what `rules.documents` says of one draft, said of frames of them.

A run makes its facts as columns and never as objects: making them would cost more than writing them. The plain rules
judge here too. Expressions only find the rows that may offend; each is given back as a draft, for the rule to refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import polars as pl

from acquit.billing.rules.documents import CannotIssue, DocumentDraft, DocumentKind, LineDraft
from acquit.core.money import UnknownCurrency, minor_units
from acquit.ledger.rules.accounts import AccountRole

_TEXT, _DAY, _AMOUNT = pl.String, pl.Date, pl.Decimal

#: The columns of documents and of lines, each with its type; the fields of the drafts under their names.
DOCUMENT_TYPES: Mapping[str, Any] = {
    "company_id": pl.Int64,
    "customer_id": pl.Int64,
    "kind": _TEXT,
    "currency": _TEXT,
    "document_date": _DAY,
    "due_date": _DAY,
    "net": _AMOUNT,
    "tax": _AMOUNT,
    "number": _TEXT,
    "posting_date": _DAY,
    "tax_point_date": _DAY,
    "baseline_date": _DAY,
    "payment_terms": _TEXT,
    "customer_po": _TEXT,
    "structured_reference": _TEXT,
    "is_taken_over": pl.Boolean,
    "source": _TEXT,
}
LINE_TYPES: Mapping[str, Any] = {
    "document": pl.UInt32,  # the row of its document, counted from 0; lines of one document stand together, in order
    "product": _TEXT,
    "description": _TEXT,
    "quantity": _AMOUNT,
    "price": _AMOUNT,
    "net": _AMOUNT,
    "tax_code": _TEXT,
    "tax_rate": _AMOUNT,
    "tax": _AMOUNT,
}
_DEFAULTS: Mapping[str, Any] = {
    **{name: "" for name, kind in {**DOCUMENT_TYPES, **LINE_TYPES}.items() if kind is _TEXT},
    "is_taken_over": False,
    "tax_rate": 0,
}
_REQUIRED = ("company_id", "customer_id", "kind", "currency", "document_date", "due_date", "net", "tax")
_REQUIRED_OF_LINES = ("document", "quantity", "price", "net", "tax")
_KINDS = tuple(kind.value for kind in DocumentKind)
#: Beyond this `core.money` refuses an amount; amounts near it are given to the rule.
_LARGE = 10**14


@dataclass(frozen=True)
class DocumentColumns:
    """Documents and their lines as frames: exactly the columns of `DOCUMENT_TYPES` and `LINE_TYPES`, in that order.

    Lines are made when they are wanted, which for drafts is while their documents are being written.
    """

    documents: pl.DataFrame
    line_count: int
    make_lines: Callable[[], pl.DataFrame]

    @cached_property
    def lines(self) -> pl.DataFrame:
        """Give the lines."""
        return self.make_lines()

    def drafts_at(self, rows: Sequence[int]) -> list[DocumentDraft]:
        """Give some of the documents as drafts with their lines, in the order of `rows`, which ascend."""
        lines: dict[int, list[LineDraft]] = {row: [] for row in rows}
        for line in self.lines.filter(pl.col("document").is_in(rows)).iter_rows(named=True):
            lines[line.pop("document")].append(LineDraft(**line))
        return [
            DocumentDraft(**document, lines=tuple(lines[row]))
            for row, document in zip(rows, self.documents[list(rows)].iter_rows(named=True), strict=True)
        ]

    def only(self, is_kept: pl.Series) -> DocumentColumns:
        """Give some of the documents, told by row, with their lines."""
        if is_kept.all():
            return self
        rows = pl.DataFrame({"document": is_kept.arg_true()}).with_row_index("new")
        lines = self.lines.join(rows, on="document", maintain_order="left").with_columns(document="new")
        return _of_frames(self.documents.filter(is_kept), lines.drop("new"))


def make_columns(documents: pl.DataFrame, lines: pl.DataFrame | None = None) -> DocumentColumns:
    """Make columns of frames: fields a draft may leave out may be left out here. No lines at all are allowed too.

    Refuses (`CannotIssue`) a column nobody knows, one that is missing, and one of another type: an amount is a Decimal.
    """
    if lines is None:
        lines = pl.DataFrame(schema={name: _concrete(kind) for name, kind in LINE_TYPES.items()})
    columns = _of_frames(
        _complete(documents, DOCUMENT_TYPES, _REQUIRED, "documents"),
        _complete(lines, LINE_TYPES, _REQUIRED_OF_LINES, "lines"),
    )
    strays = columns.lines.filter(pl.col("document") >= columns.documents.height)
    if strays.height:
        raise CannotIssue(
            f"A line belongs to document row {strays['document'][0]}, and there are {columns.documents.height}.",
            param="lines",
        )
    if not columns.lines["document"].is_sorted():
        raise CannotIssue("Lines stand in the order of their documents.", param="lines")
    return columns


def columns_of(drafts: Sequence[DocumentDraft]) -> DocumentColumns:
    """Make columns of drafts that were checked. What lines say in numbers is only passed on, so it goes as text.

    Field by field: transposing all drafts at once makes so many objects that the collector runs, at twice the cost.
    """
    names = DocumentDraft._fields
    lines = [draft.lines for draft in drafts]
    return DocumentColumns(
        pl.DataFrame(
            [_series(drafts, names.index(name), name, kind) for name, kind in DOCUMENT_TYPES.items()]
        ),
        sum(map(len, lines)),
        lambda: _lines_of(lines),
    )


def _lines_of(lines: Sequence[Sequence[LineDraft]]) -> pl.DataFrame:
    every, names = list(chain.from_iterable(lines)), LineDraft._fields
    places = [row for row, of_one in enumerate(lines) for _ in of_one]
    kinds = [(name, kind) for name, kind in LINE_TYPES.items() if name != "document"]
    return pl.DataFrame(
        [
            pl.Series("document", places, pl.UInt32),
            *(
                _series(every, names.index(name), name, pl.String if kind is _AMOUNT else kind)
                for name, kind in kinds
            ),
        ]
    )


def _series(drafts: Sequence[tuple[Any, ...]], place: int, name: str, kind: Any) -> pl.Series:
    values = [draft[place] for draft in drafts]
    if kind is pl.String:
        values = list(map(str, values))
    return pl.Series(name, values, kind)


def _of_frames(documents: pl.DataFrame, lines: pl.DataFrame) -> DocumentColumns:
    return DocumentColumns(documents, lines.height, lambda: lines)


def find_suspects(columns: DocumentColumns) -> list[int]:
    """Find the rows of documents that the rule may refuse: all that it does, and perhaps large amounts beside."""
    documents = columns.documents
    gross = pl.col("net") + pl.col("tax")
    units = {code: _units_or_none(code) for code in documents["currency"].unique()}
    finer = pl.any_horizontal(
        *(
            (pl.col("currency") == code)
            & (
                (pl.col("net").round(digits) != pl.col("net"))
                | (pl.col("tax").round(digits) != pl.col("tax"))
            )
            for code, digits in units.items()
            if digits is not None
        ),
        pl.col("currency").is_in([code for code, digits in units.items() if digits is None]),
    )
    odd = (
        ~pl.col("kind").is_in(_KINDS)
        | (gross == 0)
        | ((gross > 0) != (pl.col("kind") == DocumentKind.INVOICE.value))
        | (pl.col("net").abs() >= _LARGE)
        | (pl.col("tax").abs() >= _LARGE)
        | finer
    )
    rows = documents.select(odd.fill_null(value=True).arg_true()).to_series().to_list()
    if columns.line_count:
        rows += _apart_from_lines(columns)
    return sorted(set(rows))


def plan_posting_columns(documents: pl.DataFrame) -> pl.DataFrame:
    """Plan the postings of documents whose three currencies are one: `plan_document_lines` and `convert_lines`.

    Takes `gross` and `item_id` beside the documents' own columns. Gives entry (the row of the document), role, item_id
    and the three amounts, in order; amounts of zero fall away.
    """
    rows = documents.with_row_index("entry")
    receivable = _postings(rows, 0, AccountRole.RECEIVABLES, pl.col("gross"), item_id=pl.col("item_id"))
    own = rows.filter(~pl.col("is_taken_over"))
    others = [
        _postings(own, 1, AccountRole.REVENUE, -pl.col("net")),
        _postings(own, 2, AccountRole.OUTPUT_VAT, -pl.col("tax")),
        _postings(rows.filter("is_taken_over"), 1, AccountRole.TAKEOVER, -pl.col("gross")),
    ]
    every = pl.concat([receivable, *others]).filter(pl.col("amount") != 0).sort("entry", "place")
    return every.drop("place").with_columns(company_amount="amount", group_amount="amount")


def _postings(
    rows: pl.DataFrame, place: int, role: AccountRole, amount: pl.Expr, item_id: pl.Expr | None = None
) -> pl.DataFrame:
    return rows.select(
        "entry",
        pl.lit(place, pl.UInt8).alias("place"),
        pl.lit(role.value).alias("role"),
        (pl.lit(None, pl.Int64) if item_id is None else item_id).alias("item_id"),
        amount.alias("amount"),
    )


def _apart_from_lines(columns: DocumentColumns) -> Iterable[int]:
    sums = columns.lines.group_by("document").agg(pl.col("net").sum().alias("of_lines"))
    nets = columns.documents.select("net").with_row_index("document")
    return sums.join(nets, on="document").filter(pl.col("of_lines") != pl.col("net"))["document"].to_list()


def _units_or_none(currency: str) -> int | None:
    try:
        return minor_units(currency)
    except UnknownCurrency:
        return None


def _complete(
    frame: pl.DataFrame, types: Mapping[str, Any], required: Iterable[str], what: str
) -> pl.DataFrame:
    for name in frame.columns:
        if name not in types:
            raise CannotIssue(f"The {what} have a column {name!r} that nobody knows.", param=name)
    for name in required:
        if name not in frame.columns:
            raise CannotIssue(f"The {what} have no column {name!r}.", param=name)
    return frame.select(_typed(frame, types, what))


def _typed(frame: pl.DataFrame, types: Mapping[str, Any], what: str) -> Iterator[pl.Expr]:
    for name, kind in types.items():
        if name not in frame.columns:
            yield pl.lit(_DEFAULTS.get(name), _concrete(kind)).alias(name)
            continue
        found = frame.schema[name]
        is_number = found.is_integer() if kind in {pl.Int64, pl.UInt32} else found.base_type() is kind
        if not is_number:
            raise CannotIssue(f"Column {name!r} of the {what} is {found}, not {kind.__name__}.", param=name)
        column = pl.col(name).cast(kind) if kind in {pl.Int64, pl.UInt32} else pl.col(name)
        yield column.fill_null(_DEFAULTS[name]) if name in _DEFAULTS else column


def _concrete(kind: Any) -> Any:
    return pl.Decimal(38, 2) if kind is _AMOUNT else kind
