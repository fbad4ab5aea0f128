"""The pure rules of intake: what a file is, what its columns mean, and its rows with every amount accounted for.

The way through: `profile_table` (one pass), `infer_mapping`, `apply_answers` until the mapping `is_ready`, `read_rows`
(a stream of parsed chunks with control totals), and for invoice lines `group_documents`.
"""

from __future__ import annotations

from acquit.intake.rules.answers import CannotApplyAnswer, apply_answers, take_proposals
from acquit.intake.rules.buckets import AgeBucket, read_buckets
from acquit.intake.rules.building import FinerAmounts, ReadContext
from acquit.intake.rules.document_types import DocumentType
from acquit.intake.rules.grouping import (
    ClassTotal,
    GroupedDocument,
    GroupedDocuments,
    LineClass,
    group_documents,
)
from acquit.intake.rules.inference import NOT_NEEDED_ANSWER, infer_mapping
from acquit.intake.rules.kinds import (
    FIELD_TYPES,
    FIELD_WORDS,
    KIND_SPECS,
    KIND_WORDS,
    Field,
    FileKind,
    ValueType,
)
from acquit.intake.rules.mapping import (
    CannotReadMapping,
    ColumnMapping,
    Mapping,
    mapping_from_json,
    mapping_signature,
    mapping_to_json,
)
from acquit.intake.rules.profile import ColumnProfile, TableProfile, profile_table
from acquit.intake.rules.questions import Offer, Question, QuestionKind
from acquit.intake.rules.reading import CannotReadRows, RowReader, read_rows
from acquit.intake.rules.recognition import KnownNumbers
from acquit.intake.rules.rows import (
    AgedBalanceRow,
    BankAccountRow,
    BankLineRow,
    CustomerRow,
    DeductionCodeRow,
    FxRateRow,
    InvoiceLineRow,
    OpenItemRow,
    OrderRow,
    ParsedChunk,
    PaymentRow,
    RefusedRow,
    RemittanceRow,
    Row,
    RowNote,
)
from acquit.intake.rules.totals import ControlTotals, MeasureTotal, StatedTotal, check_stated

__all__ = [
    "FIELD_TYPES",
    "FIELD_WORDS",
    "KIND_SPECS",
    "KIND_WORDS",
    "NOT_NEEDED_ANSWER",
    "AgeBucket",
    "AgedBalanceRow",
    "BankAccountRow",
    "BankLineRow",
    "CannotApplyAnswer",
    "CannotReadMapping",
    "CannotReadRows",
    "ClassTotal",
    "ColumnMapping",
    "ColumnProfile",
    "ControlTotals",
    "CustomerRow",
    "DeductionCodeRow",
    "DocumentType",
    "Field",
    "FileKind",
    "FinerAmounts",
    "FxRateRow",
    "GroupedDocument",
    "GroupedDocuments",
    "InvoiceLineRow",
    "KnownNumbers",
    "LineClass",
    "Mapping",
    "MeasureTotal",
    "Offer",
    "OpenItemRow",
    "OrderRow",
    "ParsedChunk",
    "PaymentRow",
    "Question",
    "QuestionKind",
    "ReadContext",
    "RefusedRow",
    "RemittanceRow",
    "Row",
    "RowNote",
    "RowReader",
    "StatedTotal",
    "TableProfile",
    "ValueType",
    "apply_answers",
    "check_stated",
    "group_documents",
    "infer_mapping",
    "mapping_from_json",
    "mapping_signature",
    "mapping_to_json",
    "profile_table",
    "read_buckets",
    "read_rows",
    "take_proposals",
]
