"""Which kind of file a table is, and which column means what under each kind.

The clever idea: every kind is tried in full. Under each, columns are given to fields by head and values together, the
surest first; the kind whose fields explain most of the table wins, and the runner-up says how sure that is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from acquit.intake.rules.buckets import AgeBucket, read_buckets
from acquit.intake.rules.evidence import LOOKED_AT, ColumnEvidence
from acquit.intake.rules.headers import GENERAL_WORD, header_scores, word_set, words_of
from acquit.intake.rules.kinds import FIELD_TYPES, KIND_SPECS, Field, FileKind, KindSpec, ValueType
from acquit.intake.rules.profile import TableProfile

IMPOSSIBLE_FIT = 0.3
LIKELY_ENOUGH = 0.6
_HINT = 0.8
_MISSING = 0.3
_ODD = 0.45
_LEAST_SCORE = 2.5
_UNEXPLAINED = 0.3
_WORTH_ASKING = 4.0
_MOST_BUCKETS_COUNTED = 4
_LEAST_LOOKED_AT = 60
_LOOKED_AT_TOGETHER = 20_000  # distinct values, so that a wide table is recognised as fast as a long one
_WITHOUT_RIVAL = 0.9
_OTHER_PARTIES = word_set(
    "supplier vendor creditor employee lieferant lieferanten kreditor kreditoren mitarbeiter"
    " fournisseur proveedor acreedor"
    " fornitore fornecedor leverancier crediteur lifnr shipper"
)
_PARTS_OF_KEY = (Field.LINE_ITEM, Field.COMPANY_CODE, Field.FISCAL_YEAR)
_BY_VALUES_ALONE = {
    ValueType.IBAN: 0.6,
    ValueType.IBANS: 0.6,
    ValueType.EMAIL: 0.7,
    ValueType.CURRENCY: 0.65,
}


@dataclass(frozen=True, slots=True)
class KnownNumbers:
    """Numbers that are already in the books or in another file of the same batch."""

    customers: Collection[str] = frozenset()
    documents: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Meaning:
    """One column taken for one field."""

    column: int
    field: Field
    confidence: float
    reason: str


@dataclass(slots=True)
class Recognition:
    """A table taken for one kind: what its columns then mean, what is missing, and how much that explains."""

    kind: FileKind
    meanings: dict[int, Meaning] = field(default_factory=dict)
    missing: tuple[frozenset[Field], ...] = ()
    score: float = 0.0

    def column_of(self, wanted: Field) -> Meaning | None:
        """Give the column that means a field under this kind."""
        return next((meaning for meaning in self.meanings.values() if meaning.field is wanted), None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The recognitions of a table, best first, how sure the best is (0 to 1), and why."""

    ranked: tuple[Recognition, ...]
    confidence: float
    reason: str
    buckets: Mapping[int, AgeBucket]


@dataclass(frozen=True, slots=True)
class Subject:
    """A table under examination."""

    profile: TableProfile
    evidence: tuple[ColumnEvidence, ...]
    known: KnownNumbers
    buckets: Mapping[int, AgeBucket]

    @classmethod
    def of(cls, profile: TableProfile, known: KnownNumbers) -> Subject:
        """Prepare the tests of all columns."""
        most = max(_LEAST_LOOKED_AT, min(LOOKED_AT, _LOOKED_AT_TOGETHER // len(profile.columns)))
        evidence = tuple(
            ColumnEvidence(column, typed_numbers=profile.typed_numbers, looked_at=most)
            for column in profile.columns
        )
        heads = [
            name if evidence[index].fit(ValueType.AMOUNT).score >= IMPOSSIBLE_FIT else ""
            for index, name in enumerate(profile.header)
        ]
        return cls(profile, evidence, known, read_buckets(heads))


def _known_share(subject: Subject, column: int, wanted: Field) -> float | None:
    """Say which share of a column's values is known already, None when nothing is known to compare with."""
    known = subject.known.customers if wanted is Field.CUSTOMER else subject.known.documents
    values = subject.evidence[column].looked_at
    if wanted not in {Field.CUSTOMER, Field.DOCUMENT} or not known or not values:
        return None
    return sum(value in known or value.removesuffix(".0") in known for value in values) / len(values)


def _meaning(subject: Subject, column: int, wanted: Field, head: float) -> Meaning | None:
    """Weigh head and values of one column for one field; None when the values rule it out."""
    evidence = subject.evidence[column]
    value_type = FIELD_TYPES[wanted]
    share = _known_share(subject, column, wanted)
    if not head:
        if share is not None and share > 0.8:
            return Meaning(column, wanted, 0.8 * share, f"{share:.0%} are known")
        trust = _BY_VALUES_ALONE.get(value_type)
        fit = evidence.fit(value_type)
        if trust is None or fit.score < 0.95 or not evidence.looked_at:
            return None
        return Meaning(column, wanted, trust, fit.reason)
    fit = evidence.fit(value_type)
    if fit.score < IMPOSSIBLE_FIT:
        return None
    confidence = head * (0.35 + 0.63 * fit.score)
    reason = fit.reason
    if share is not None:
        confidence = min(0.99, confidence * (0.9 + 0.15 * share))
        reason = f"{share:.0%} are known" if share else reason
    elif evidence.profile.is_unique and wanted in {Field.DOCUMENT, Field.CUSTOMER, Field.ORDER}:
        confidence = min(0.99, confidence + 0.01)
    return Meaning(column, wanted, confidence, reason)


@lru_cache(maxsize=64)
def _kind_fields(kind: FileKind) -> tuple[Field, ...]:
    return tuple(wanted for wanted in KIND_SPECS[kind].weights if wanted is not Field.BUCKET)


def _assign(subject: Subject, kind: FileKind, fixed: Mapping[int, Field | None]) -> Recognition:
    """Give columns to fields, the surest pair first; each field gets one column, buckets take all of theirs.

    `fixed` columns have been settled before (None: not needed) and are left alone.
    """
    found = Recognition(kind)
    spec = KIND_SPECS[kind]
    if Field.BUCKET in spec.weights:
        for column, bucket in subject.buckets.items():
            found.meanings[column] = Meaning(column, Field.BUCKET, 0.95, f"{bucket.label} days")
    for column, settled in fixed.items():
        found.meanings.pop(column, None)
        if settled is not None:
            found.meanings[column] = _settled_meaning(subject, column, settled)
    taken = {meaning.field for meaning in found.meanings.values()} - {Field.BUCKET}
    for meaning in _pairs(subject, kind):
        free = meaning.column not in found.meanings and meaning.column not in fixed
        if free and meaning.field not in taken:
            found.meanings[meaning.column] = meaning
            taken.add(meaning.field)
    _use_local_amounts(found)
    _trust_without_rival(subject, found)
    return found


def _settled_meaning(subject: Subject, column: int, settled: Field) -> Meaning:
    """Give a column the meaning it was settled to have; its values still say why."""
    head = header_scores(subject.profile.header[column]).get(settled, 0.0)
    meaning = _meaning(subject, column, settled, head)
    return Meaning(column, settled, 0.99, meaning.reason if meaning else "settled before")


def _pairs(subject: Subject, kind: FileKind) -> list[Meaning]:
    """List every possible meaning of every column under a kind, the surest first."""
    spec = KIND_SPECS[kind]
    pairs: list[Meaning] = []
    for column, name in enumerate(subject.profile.header):
        scores = header_scores(name)
        for wanted in _kind_fields(kind):
            meaning = _meaning(subject, column, wanted, scores.get(wanted, 0.0))
            if meaning:
                pairs.append(meaning)
    pairs.sort(key=lambda meaning: (-meaning.confidence, -spec.weights[meaning.field], meaning.column))
    return pairs


def _use_local_amounts(found: Recognition) -> None:
    """Take amounts in the company's currency for the items' when the file has no others."""
    has_amount = found.column_of(Field.GROSS_AMOUNT) or found.column_of(Field.OPEN_AMOUNT)
    local = found.column_of(Field.LOCAL_AMOUNT)
    if has_amount or local is None:
        return
    found.meanings[local.column] = Meaning(local.column, Field.GROSS_AMOUNT, local.confidence, local.reason)
    currency = found.column_of(Field.LOCAL_CURRENCY)
    if currency is not None and found.column_of(Field.CURRENCY) is None:
        found.meanings[currency.column] = Meaning(
            currency.column, Field.CURRENCY, currency.confidence, currency.reason
        )


def _trust_without_rival(subject: Subject, found: Recognition) -> None:
    """Raise a general word ("Date", "Amount") that is the only column of its sort left for its field."""
    for column, meaning in list(found.meanings.items()):
        general = header_scores(subject.profile.header[column]).get(meaning.field, 0.0) in {
            GENERAL_WORD,
            GENERAL_WORD * 0.97,
        }
        if not general or meaning.confidence >= _WITHOUT_RIVAL:
            continue
        rivals = [
            other
            for other, name in enumerate(subject.profile.header)
            if other not in found.meanings and meaning.field in header_scores(name)
        ]
        if not rivals:
            fit = subject.evidence[column].fit(FIELD_TYPES[meaning.field]).score
            found.meanings[column] = Meaning(
                column, meaning.field, _WITHOUT_RIVAL * (0.4 + 0.6 * fit), f"{meaning.reason}, the only one"
            )


def _shape_factor(subject: Subject, found: Recognition) -> float:
    """Lower a kind whose rows would not be what the kind's rows are (one per customer, one per document)."""

    def distinct(wanted: Field) -> float | None:
        meaning = found.column_of(wanted)
        column = subject.profile.columns[meaning.column] if meaning else None
        return column.distinct_share if column and column.filled else None

    customers, documents = distinct(Field.CUSTOMER), distinct(Field.DOCUMENT)
    factor = 1.0
    if found.kind is FileKind.CUSTOMERS and customers is not None and customers < 0.95:
        factor *= _MISSING
    if found.kind is FileKind.AGED_BALANCES:
        factor *= _ODD if customers is not None and customers < 0.9 else 1.0
        factor *= 1.0 if len(subject.buckets) > 1 else 0.8
    if found.kind is FileKind.OPEN_ITEMS and documents is not None and documents < 0.8:
        factor *= 0.9 if any(map(found.column_of, _PARTS_OF_KEY)) else _ODD
    if found.kind is FileKind.INVOICE_LINES and (documents or distinct(Field.ORDER) or 0.0) > 0.98:
        factor *= 0.75
    if found.kind is FileKind.ORDERS and (distinct(Field.ORDER) or 1.0) < 0.8:
        factor *= _ODD
    return factor


def _hint(subject: Subject, spec: KindSpec) -> float:
    words = set(words_of(subject.profile.name.rpartition(".")[0] or subject.profile.name))
    for row in subject.profile.preamble[:5]:
        words.update(word for cell in row.cells for word in words_of(cell))
    return _HINT if words & spec.file_words else 0.0


def recognise_as(
    subject: Subject, kind: FileKind, fixed: Mapping[int, Field | None] | None = None
) -> Recognition:
    """Take a table for one kind, whatever else it might be; `fixed` columns mean what was settled."""
    spec = KIND_SPECS[kind]
    found = _assign(subject, kind, fixed or {})
    fields = {meaning.field for meaning in found.meanings.values() if meaning.confidence >= 0.3}
    found.missing = tuple(group for group in spec.required if not group & fields)
    buckets = sum(meaning.field is Field.BUCKET for meaning in found.meanings.values())
    single = sum(
        spec.weights.get(meaning.field, 0.0) * meaning.confidence
        for meaning in found.meanings.values()
        if meaning.field is not Field.BUCKET
    )
    counted = min(buckets, _MOST_BUCKETS_COUNTED) * spec.weights.get(Field.BUCKET, 0.0)
    explained = max(0.0, single + counted - _UNEXPLAINED * _foreign(subject, found))
    found.score = (explained + (_hint(subject, spec) if explained else 0.0)) * _shape_factor(subject, found)
    return found


@lru_cache(maxsize=4096)
def _heaviest(name: str) -> float:
    """Say how much a head would speak for the kind it speaks for most."""
    scores = header_scores(name)
    return max(
        (
            spec.weights.get(wanted, 0.0) * score
            for wanted, score in scores.items()
            for spec in KIND_SPECS.values()
        ),
        default=0.0,
    )


def _foreign(subject: Subject, found: Recognition) -> float:
    """Sum what the heads that a kind has no use for say of other kinds: a due date is in no bank statement."""
    return sum(
        _heaviest(name) for column, name in enumerate(subject.profile.header) if column not in found.meanings
    )


def _other_party(subject: Subject) -> str | None:
    """Give the head that speaks of suppliers or staff, when none speaks of customers."""
    heads = subject.profile.header
    if any(header_scores(name).get(Field.CUSTOMER, 0.0) > GENERAL_WORD for name in heads):
        return None
    return next((name for name in heads if any(word in _OTHER_PARTIES for word in words_of(name))), None)


def recognise(subject: Subject) -> Verdict:
    """Try every kind and rank them; the best may still be too weak to be believed (confidence below 0.6)."""
    ranked = sorted(
        (recognise_as(subject, kind) for kind in KIND_SPECS),
        key=lambda found: found.score * _MISSING ** len(found.missing),
        reverse=True,
    )
    best, second = ranked[0], ranked[1]
    other = _other_party(subject)
    if other is not None:
        reason = f"{other} speaks of suppliers or staff, and no column of customers"
        return Verdict(tuple(ranked), 0.0, reason, subject.buckets)
    lost = _MISSING ** len(best.missing)
    if best.score * lost < _LEAST_SCORE and not (len(best.missing) == 1 and best.score >= _WORTH_ASKING):
        return Verdict(tuple(ranked), 0.0, "nothing in it says what it is", subject.buckets)
    runner_up = second.score * _MISSING ** len(second.missing)
    margin = 1 - min(1.0, runner_up / (best.score * lost)) if best.score else 0.0
    confidence = min(0.99, (0.6 + 0.65 * margin) * (1.0 if not best.missing else 0.6))
    named = ", ".join(subject.profile.header[column] for column in sorted(best.meanings)[:4])
    return Verdict(
        tuple(ranked), round(confidence, 2), f"{len(best.meanings)} columns fit: {named}", subject.buckets
    )
