"""One adapter for each golden function: it calls the project's own function and names the results as the case does.

An adapter only translates. It turns text into dates, decimals and policies, and never computes what is expected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from acquit.billing.rules.numbers import list_number_gaps
from acquit.cash.rules.confidence import MatchPolicy, match_confidence
from acquit.cash.rules.differences import (
    DiscountOffer,
    Tolerance,
    convert_payment,
    plan_bank_charges,
    plan_difference,
    plan_discount,
)
from acquit.cash.rules.direct_debit import DirectDebitScheme, direct_debit_dates, plan_direct_debit_return
from acquit.cash.rules.similarity import reference_distance, reference_similarity
from acquit.cash.rules.subset_sum import find_subset_sums
from acquit.collections.rules.payment_order import spread_payment
from acquit.collections.rules.priority import PriorityFacts, PriorityPolicy, score_priority
from acquit.controls.rules.retention import RecordKind, find_retention, retention_end
from acquit.controls.rules.seals import seal_hash
from acquit.core.calendar import BusinessCalendar, easter_date
from acquit.core.money import (
    cash_round,
    round_amount,
    split_by_weight,
    split_equally,
    to_minor_units,
)
from acquit.core.references import (
    german_vat_check_digit,
    iban_remainder,
    is_german_vat_id,
    is_iban,
    is_qrr_reference,
    is_rf_reference,
    qrr_reference,
    rf_reference,
)
from acquit.core.terms import (
    PaymentTerms,
    Shift,
    TermsKind,
    annualised_discount,
    cash_discount,
    discount_for_partial_payment,
    due_date,
)
from acquit.formats.bai2 import bai2_amount
from acquit.formats.mt940 import signed_amount
from acquit.ledger.rules.fx import base_amount, plan_revaluation, plan_settlement
from acquit.receivables.rules.ageing import AgeingItem, age_items
from acquit.receivables.rules.clearing import OpenItemFact, RestPolicy, plan_rest
from acquit.receivables.rules.down_payments import plan_down_payment
from acquit.receivables.rules.expected_credit_loss import (
    MatrixRow,
    closing_allowance,
    loss_rates,
    provision_matrix,
    roll_rates,
)
from acquit.receivables.rules.reconciliation import ReconcilingItem, reconcile
from acquit.receivables.rules.write_off import plan_recovery, plan_write_off

Case = Mapping[str, Any]
Results = dict[str, Any]

MATCH_POLICY = MatchPolicy(
    Decimal("0.60"),
    Decimal("0.25"),
    Decimal("0.15"),
    auto_threshold=Decimal("0.85"),
    propose_threshold=Decimal("0.40"),
)
RECORD_KINDS = {"voucher": RecordKind.VOUCHER, "books": RecordKind.BOOKS, "letters": RecordKind.LETTER}
SEPA_CORE = DirectDebitScheme(
    pre_notification_days=14, refund_days=56, unauthorised_months=13, mandate_lapse_months=36
)


def euros(text: str) -> Decimal:
    """Read an amount of a case as the amount in cents it stands for."""
    return round_amount(Decimal(text), "EUR")


def day(text: str) -> date:
    return date.fromisoformat(text)


def share(*, known: bool) -> Decimal:
    return Decimal(known)


# --- section 1 ---


def iban(case: Case) -> Results:
    return {"remainder": iban_remainder(case["iban"]), "valid": is_iban(case["iban"])}


def german_vat(case: Case) -> Results:
    vat_id = case["vat_id"]
    return {"check_digit": german_vat_check_digit(vat_id[2:10]), "valid": is_german_vat_id(vat_id)}


def terms_due_date(case: Case) -> Results:
    terms = PaymentTerms(
        TermsKind(case["kind"]),
        days=case.get("days", 0),
        months=case.get("months", 0),
        day=case.get("day"),
        cutoff_day=case.get("cutoff_day"),
        shift=Shift(case.get("shift", "NONE")),
    )
    return {"due_date": due_date(terms, day(case["baseline_date"]), BusinessCalendar("DE"))}


def terms_discount(case: Case) -> Results:
    result = cash_discount(
        euros(case["gross"]), Decimal(case["discount_pct"]), Decimal(case["vat_pct"]), "EUR"
    )
    return {
        "discount": result.discount,
        "pay": result.pay,
        "discount_net": result.discount_net,
        "discount_vat": result.discount_vat,
    }


def terms_discount_annualised(case: Case) -> Results:
    result = annualised_discount(
        Decimal(case["pct"]), case["discount_days"], case["net_days"], case["year_days"]
    )
    return {"simple_pct": result.simple_percent, "effective_pct": result.effective_percent}


def terms_instalments(case: Case) -> Results:
    return {"instalments": split_equally(Decimal(case["total"]), case["n"], "EUR")}


def terms_discount_partial(case: Case) -> Results:
    result = discount_for_partial_payment(Decimal(case["paid"]), Decimal(case["pct"]), "EUR")
    return {"cleared": result.cleared, "discount": result.discount}


# --- money, calendar ---


def money_cash_round(case: Case) -> Results:
    result = cash_round(Decimal(case["total"]), Decimal(case["increment"]))
    return {"payable": result.payable, "rounding": result.rounding}


def money_round(case: Case) -> Results:
    return {"rounded": round_amount(Decimal(case["amount"]), case["currency"])}


def money_allocate(case: Case) -> Results:
    weights = [Decimal(weight) for weight in case["weights"]]
    return {"shares": split_by_weight(Decimal(case["total"]), weights, "EUR")}


def calendar_easter(case: Case) -> Results:
    easter = easter_date(case["year"])
    return {"easter": easter, "good_friday": easter - timedelta(2), "whit_monday": easter + timedelta(50)}


# --- section 5 ---


def fx_unrealised_realised(case: Case) -> Results:
    amount = Decimal(case["amount"])
    booked = base_amount(amount, Decimal(case["rate_invoice"]), "EUR")
    closing = plan_revaluation(amount, booked, Decimal(case["rate_closing"]), "EUR")
    settled = plan_settlement(amount, booked, amount, Decimal(case["rate_payment"]), "EUR")
    return {
        "booked": booked,
        "closing": closing.closing,
        "unrealised": closing.unrealised,
        "settled": settled.settled,
        "realised_total": settled.realised,
    }


def fx_partial(case: Case) -> Results:
    amount = Decimal(case["amount"])
    booked = base_amount(amount, Decimal(case["rate_invoice"]), "EUR")
    result = plan_settlement(amount, booked, Decimal(case["paid"]), Decimal(case["rate_payment"]), "EUR")
    return {
        "book": booked,
        "cleared": result.cleared,
        "settled": result.settled,
        "realised": result.realised,
        "remaining_book": result.remaining_book,
    }


def ecl_matrix(case: Case) -> Results:
    rows = [MatrixRow(Decimal(row["gross"]), Decimal(row["rate_pct"])) for row in case["buckets"]]
    result = provision_matrix(rows, "EUR")
    return {"by_bucket": result.by_row, "total": result.total}


def ecl_roll_rates(case: Case) -> Results:
    rolls = [Decimal(rate) for rate in case["roll_to_next"]]
    return {"rate_pct": loss_rates(rolls, Decimal(case["lgd"]), Decimal(case["flm"]))}


def kpi_roll_rate(case: Case) -> Results:
    """Give percents; what stands in the newest bucket now is no part of any roll."""
    before, now = case["prev"], case["now"]
    last = list(now)[-1]
    buckets = [*before, last]
    history = [[Decimal(month.get(bucket, 0)) for bucket in buckets] for month in (before, now)]
    return {
        f"{bucket}->{following}": None if roll.rate is None else euros(str(roll.rate * 100))
        for bucket, following, roll in zip(buckets, buckets[1:], roll_rates(history), strict=False)
    }


def ecl_movement(case: Case) -> Results:
    names = ("opening", "charge", "utilised", "released", "fx")
    return {"closing": closing_allowance(*(euros(case[name]) for name in names))}


def ledger_write_off(case: Case) -> Results:
    result = plan_write_off(
        Decimal(case["gross"]),
        Decimal(case["vat_pct"]),
        Decimal(case["allowance_available"]),
        "EUR",
        has_vat_relief=case["vat_relief"],
    )
    return {
        "vat_recovered": result.vat_recovered,
        "dr_allowance": result.allowance_used,
        "dr_bad_debt": result.bad_debt_expense,
        "cr_ar": result.receivable,
    }


def ledger_recovery(case: Case) -> Results:
    result = plan_recovery(
        Decimal(case["received"]), Decimal(case["vat_pct"]), "EUR", was_vat_relieved=case["vat_relief_taken"]
    )
    return {
        "dr_bank": result.bank,
        "cr_output_vat": result.output_vat,
        "cr_recovery_income": result.recovery_income,
    }


def ledger_down_payment(case: Case) -> Results:
    result = plan_down_payment(
        Decimal(case["net"]), Decimal(case["vat_pct"]), Decimal(case["down_payment_pct"]), "EUR"
    )
    return {
        "dp_net": result.down_payment_net,
        "dp_vat": result.down_payment_vat,
        "dp_gross": result.down_payment_gross,
        "final_gross": result.final_gross,
        "payable": result.payable,
    }


def ledger_partial_vs_residual(case: Case) -> Results:
    invoice = OpenItemFact(
        1, 1, 1, "INVOICE", "R-1", "EUR", *[Decimal(case["invoice"])] * 3, date(2026, 5, 1), date(2026, 4, 1)
    )
    plans = {policy: plan_rest(invoice, Decimal(case["paid"]), policy) for policy in RestPolicy}
    assert {plan.rest_due_date for plan in plans.values()} == {invoice.due_date}
    return {
        policy.lower(): {
            "open": plan.rest_amount,
            "items_open": int(plan.is_original_open)
            + int(plan.rest_amount != 0 and not plan.is_original_open),
            "original_item_open": plan.is_original_open,
        }
        for policy, plan in plans.items()
    }


def ledger_reconciliation(case: Case) -> Results:
    items = [ReconcilingItem(item["text"], Decimal(item["amount"])) for item in case["items"]]
    result = reconcile(Decimal(case["subledger"]), Decimal(case["gl"]), items)
    return {"difference": result.difference, "unexplained": result.unexplained}


# --- section 6 ---


def rf_generate(case: Case) -> Results:
    return {"rf": rf_reference(case["base"])}


def rf_validate(case: Case) -> Results:
    return {"valid": [is_rf_reference(text) for text in case["refs"]]}


def qrr_check(case: Case) -> Results:
    reference = qrr_reference(case["digits"])
    assert is_qrr_reference(reference)
    return {"check": int(reference[-1]), "qrr": reference}


def subset_sum(case: Case) -> Results:
    amounts = [to_minor_units(Decimal(item), "EUR") for item in case["open_items"]]
    result = find_subset_sums(amounts, to_minor_units(Decimal(case["payment"]), "EUR"), lambda: False)
    return {"solutions": result.solutions, "unique": result.is_unique}


def mt940_amount(case: Case) -> Results:
    return {"signed": signed_amount(case["mark_amount"])}


def bai2_amount_of(case: Case) -> Results:
    return {"amount": bai2_amount(case["amount"], case["currency"])}


def tolerance(case: Case) -> Results:
    limits = Tolerance(Decimal(case["tol_abs"]), Decimal(case["tol_pct"]))
    result = plan_difference(Decimal(case["invoice"]), Decimal(case["paid"]), limits, "EUR")
    return {"difference": result.difference, "tolerance": result.limit, "action": result.action}


def discount_validity(case: Case) -> Results:
    offer = DiscountOffer(
        day(case["baseline"]), case["discount_days"], case["grace_days"], Decimal(case["pct"])
    )
    result = plan_discount(
        Decimal(case["gross"]), Decimal(case["paid"]), day(case["value_date"]), offer, "EUR"
    )
    return {
        "last_discount_date": result.last_discount_date,
        "discount": result.discount,
        "in_time": result.is_in_time,
        "discount_allowed": result.discount_allowed,
        "residual_deduction": result.residual_deduction,
    }


def direct_debit(case: Case) -> Results:
    result = direct_debit_dates(day(case["collection_date"]), SEPA_CORE)
    return {
        "prenotify_by": result.notify_by,
        "core_refund_until": result.refundable_until,
        "unauthorised_until": result.unauthorised_until,
        "mandate_lapses": result.mandate_valid_until,
    }


def direct_debit_return(case: Case) -> Results:
    result = plan_direct_debit_return(Decimal(case["collected"]), Decimal(case["return_fee"]))
    return {"dr_ar": result.receivable, "dr_bank_fee": result.bank_fee, "cr_bank": result.bank}


def bank_charges(case: Case) -> Results:
    result = plan_bank_charges(
        Decimal(case["invoice"]), Decimal(case["received"]), Decimal(case["fee_tolerance"])
    )
    assert result is not None
    return {"dr_bank": result.bank, "dr_bank_charges": result.bank_charges, "cr_ar": result.receivable}


def cross_currency(case: Case) -> Results:
    result = convert_payment(
        Decimal(case["invoice_usd"]), Decimal(case["received_eur"]), Decimal(case["usd_per_eur"]), "USD"
    )
    return {"usd_value": result.value, "difference_usd": result.difference}


def fuzzy_reference(case: Case) -> Results:
    pair = case["a"], case["b"]
    return {"distance": reference_distance(*pair), "similarity": reference_similarity(*pair)}


def confidence(case: Case) -> Results:
    result = match_confidence(
        share(known=case["ref_exact"]),
        share(known=case["amount_exact"]),
        share(known=case["payer_known"]),
        MATCH_POLICY,
    )
    return {"score": result.score, "action": result.action}


# --- sections 7, 9, 10 ---


def payment_order(case: Case) -> Results:
    result = spread_payment(*(Decimal(case[name]) for name in ("payment", "costs", "interest", "principal")))
    return {
        "costs": result.costs,
        "interest": result.interest,
        "principal": result.principal,
        "left": result.left,
    }


def priority(case: Case) -> Results:
    policy = PriorityPolicy(
        overdue_weight=Decimal(40),
        days_weight=Decimal(25),
        payment_weight=Decimal(20),
        risk_weight=Decimal(15),
        overdue_cap=Decimal(case["cap"]),
        days_cap=90,
        disputed_factor=Decimal("0.5"),
    )
    facts = PriorityFacts(
        Decimal(case["overdue"]),
        case["dpd"],
        Decimal(case["p_pay"]),
        Decimal(case["risk"]),
        is_fully_disputed=case["disputed"],
        is_promise_running=case["promise_running"],
    )
    return {"score": score_priority(facts, policy).score}


def ageing(case: Case) -> Results:
    items = [AgeingItem(euros(item["amount"]), day(item["due"])) for item in case["items"]]
    result = age_items(items, day(case["as_of"]))
    names = {
        "NOT_DUE": "not_due",
        "DAYS_1_30": "1-30",
        "DAYS_31_60": "31-60",
        "DAYS_61_90": "61-90",
        "DAYS_91_PLUS": ">90",
    }
    return {
        "buckets": {names[code]: amount for code, amount in result.buckets.items()},
        "total": result.total,
        "past_due_pct": result.past_due_percent,
    }


def number_gaps(case: Case) -> Results:
    return {"gaps": list_number_gaps(case["issued"])}


def retention(case: Case) -> Results:
    kind = next(kind for word, kind in RECORD_KINDS.items() if word in case["class"])
    assert find_retention("DE", kind, day(case["date"])).years == case["years"]
    return {"retain_until": retention_end(day(case["date"]), case["years"])}


def audit_hash(case: Case) -> Results:
    return {"hash": seal_hash(case["prev"], case["event"])}


ADAPTERS: dict[str, Callable[[Case], Results]] = {
    "master.iban_mod97": iban,
    "master.de_vat_check": german_vat,
    "terms.due_date": terms_due_date,
    "terms.discount": terms_discount,
    "terms.discount_annualised": terms_discount_annualised,
    "terms.instalments_equal": terms_instalments,
    "terms.discount_partial": terms_discount_partial,
    "money.cash_round": money_cash_round,
    "money.round": money_round,
    "money.allocate_largest_remainder": money_allocate,
    "calendar.easter": calendar_easter,
    "fx.unreal_real": fx_unrealised_realised,
    "fx.partial": fx_partial,
    "ecl.matrix": ecl_matrix,
    "ecl.roll_rates": ecl_roll_rates,
    "ecl.movement": ecl_movement,
    "ledger.write_off": ledger_write_off,
    "ledger.bad_debt_recovery": ledger_recovery,
    "ledger.down_payment": ledger_down_payment,
    "ledger.recon": ledger_reconciliation,
    "ledger.partial_vs_residual": ledger_partial_vs_residual,
    "ref.rf_generate": rf_generate,
    "ref.iso11649_validate": rf_validate,
    "ref.qrr_check": qrr_check,
    "bank.bai2_amount": bai2_amount_of,
    "bank.mt940_amount": mt940_amount,
    "cash.subset_sum": subset_sum,
    "cash.tolerance": tolerance,
    "cash.discount_validity": discount_validity,
    "cash.bank_charges": bank_charges,
    "cash.sdd_return": direct_debit_return,
    "cash.cross_currency": cross_currency,
    "cash.fuzzy_ref": fuzzy_reference,
    "cash.match_confidence": confidence,
    "sdd.dates": direct_debit,
    "collect.payment_order": payment_order,
    "collect.priority": priority,
    "kpi.ageing": ageing,
    "billing.number_gaps": number_gaps,
    "kpi.roll_rate": kpi_roll_rate,
    "control.retention_end": retention,
    "control.audit_hash": audit_hash,
}
