"""Training the model of a company's matching from what its people decided, and storing it as a version of its own.

scikit-learn fits it and is needed nowhere else: what is stored is numbers in JSON, evaluated by `rules.likelihood`.
Seeds are fixed and rows come in the order they were decided, so the same history gives the same hash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from acquit.cash.models import MatchModelVersion
from acquit.cash.queries import DecidedProposal, list_decided_proposals
from acquit.cash.rules.likelihood import Bin, list_features, make_calibration, read_model, write_model
from acquit.controls.operations import CannotApprove
from acquit.controls.queries import get_matching_policy
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import Refusal
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation

_FOLDS = 5
_SEED = 20_261_130


class LearningNotInstalled(Refusal):
    """scikit-learn is not installed; nothing was learned, and matching works as before."""

    code = "LEARNING_NOT_INSTALLED"


class TooFewDecisions(Refusal):
    """Too few proposals were decided by people, or all one way; nothing was learned."""

    code = "TOO_FEW_DECISIONS"


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model stored or known already: its version and document."""

    version: int
    body: Mapping[str, Any]
    is_new: bool


def train_match_model(*, actor: Actor, company_id: int, on_date: date) -> dict[str, Any]:
    """Train a model from what people decided about proposals; gives its document and stores nothing.

    Refuses (`NotAllowed`), (`TooFewDecisions`) by policy's `model_rows_from`, (`LearningNotInstalled`).
    """
    actor.require(Duty.POLICY, company_id)
    _, policy = get_matching_policy(company_id=company_id, on_date=on_date)
    rows = list_decided_proposals(company_id)
    right = sum(row.is_right for row in rows)
    if len(rows) < policy.model_rows_from or min(right, len(rows) - right) < _FOLDS:
        raise TooFewDecisions(
            f"People decided {len(rows)} proposals, {right} of them as proposed; learning takes"
            f" {policy.model_rows_from} in all and {_FOLDS} of each kind. Nothing was learned.",
            param="company",
            details={"rows": len(rows), "right": right},
        )
    return fit_model(rows)


def store_match_model(
    *, actor: Actor, approver: Actor, company_id: int, body: Mapping[str, Any], valid_from: date
) -> StoredModel:
    """Store a trained model as the company's next version; one that is stored already is given back as it is.

    Refuses (`CannotApprove`) one person for both, (`CannotReadModel`) a document that is none, (`NotAllowed`).
    """
    actor.require(Duty.POLICY, company_id)
    approver.require(Duty.POLICY, company_id)
    if actor.user_id is None or approver.user_id is None or actor.user_id == approver.user_id:
        raise CannotApprove("A model is stored by one person and approved by a second.", param="approver")
    digest = read_model(body).digest
    with operation():
        latest = MatchModelVersion.objects.filter(company_id=company_id).order_by("-version").first()
        if latest is not None and latest.fingerprint == digest:
            return StoredModel(latest.version, latest.body, is_new=False)
        row = MatchModelVersion.objects.create(
            company_id=company_id,
            version=(latest.version if latest else 0) + 1,
            valid_from=valid_from,
            author_id=actor.user_id,
            approver_id=approver.user_id,
            fingerprint=digest,
            body=dict(body),
        )
        plan = WritePlan()
        told = {"version": row.version, "hash": digest, "approver": approver.user_id}
        event = EventDraft(
            company_id, "cash.model.stored", "MATCH_MODEL", row.id, told, actor_id=actor.user_id
        )
        record_events(plan, [event])
        write(plan)
    return StoredModel(row.version, body, is_new=True)


def fit_model(rows: Sequence[DecidedProposal]) -> dict[str, Any]:
    """Fit logistic scores and isotonic bins by cross-validation; refuses (`LearningNotInstalled`).

    Bins stand on scores of rows the fit had not seen, and calibration on bins that had not seen them either.
    """
    try:
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import StratifiedKFold, cross_val_predict
    except ImportError as error:
        raise LearningNotInstalled(
            "Learning needs scikit-learn. Install it with: pip install 'acquit[learn]'"
        ) from error
    was_right = [int(row.is_right) for row in rows]
    vectorizer = DictVectorizer(sparse=False, sort=True)
    table = vectorizer.fit_transform([list_features(row.proof) for row in rows])
    logistic = LogisticRegression(C=1.0, max_iter=5000)
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED)
    unseen = cross_val_predict(logistic, table, was_right, cv=folds, method="decision_function").tolist()
    logistic.fit(table, was_right)
    said = [0.0] * len(rows)
    for seen, judged in folds.split(table, was_right):
        bins = _make_bins([unseen[i] for i in seen], [was_right[i] for i in seen])
        for place in judged.tolist():
            said[place] = _tell(bins, unseen[place])
    return write_model(
        weights=dict(
            zip(vectorizer.get_feature_names_out().tolist(), logistic.coef_[0].tolist(), strict=True)
        ),
        intercept=float(logistic.intercept_[0]),
        bins=_make_bins(unseen, was_right),
        calibration=make_calibration(said, was_right),
        trained={
            "from": min(row.value_date for row in rows).isoformat(),
            "until": max(row.value_date for row in rows).isoformat(),
            "rows": len(rows),
            "right": sum(was_right),
        },
    )


def _make_bins(scores: Sequence[float], was_right: Sequence[int]) -> list[Bin]:
    """Cut scores where isotonic regression rises, and count the rows of each piece and those right."""
    from sklearn.isotonic import IsotonicRegression

    level = IsotonicRegression().fit_transform(scores, was_right).tolist()
    pieces: dict[float, list[int]] = {}
    for place in sorted(range(len(scores)), key=lambda i: scores[i]):
        pieces.setdefault(round(level[place], 9), []).append(place)
    return [
        Bin(scores[places[0]], len(places), sum(was_right[i] for i in places)) for places in pieces.values()
    ]


def _tell(bins: Sequence[Bin], score: float) -> float:
    chance = 0.0
    for one in bins:
        if one.score_from <= score or not chance:
            chance = max(chance, (one.right + 1) / (one.rows + 2))
    return chance
