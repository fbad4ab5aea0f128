"""Roll rates of a company's own months, tax left out, and a close that waits for the second person's yes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from acquit.cli.main import app
from acquit.closing.batch import close_period
from acquit.closing.rules.checklist import CannotClosePeriod, StepOutcome, StepReport
from acquit.controls.models import Company
from acquit.controls.operations import store_policy
from acquit.controls.queries import get_company
from acquit.controls.rules.duties import Actor, Duty
from acquit.controls.rules.policy_reading import CannotReadPolicy
from acquit.infra.transaction import operation
from acquit.ledger.queries import get_balance
from acquit.ledger.rules.accounts import AccountRole
from acquit.receivables.models import ProvisionRun
from acquit.receivables.operations import (
    CannotProvide,
    approve_provision,
    assess_customer,
    post_provision,
    propose_provision,
    reverse_provision,
)
from acquit.receivables.queries import list_provision_lines
from tests.builders import SYSTEM, Books, clerk, make_books
from tests.scenarios.books_of_account import assert_books_are_sound, last_entry

pytestmark = pytest.mark.django_db
D = Decimal
MARCH_END = date(2026, 3, 31)
STARTED_AT = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)
LISTED = ["0.3", "1.6", "3.6", "6.6", "10.6"]


def give_policy(books: Books, **said: Any) -> int:
    body = {"loss_rates": LISTED, "abroad_loss_rates": LISTED, **said}
    return store_policy(
        kind="PROVISION",
        body=body,
        valid_from=date(2026, 1, 1),
        actor=clerk(books.company_id, Duty.POLICY, user_id=1),
        approver=clerk(books.company_id, Duty.POLICY, user_id=2),
        company_id=books.company_id,
    )


def closers(books: Books) -> tuple[Actor, Actor]:
    first, second = (clerk(books.company_id, Duty.CLOSE, user_id=n) for n in (1, 2))
    return first, second


def aged_books() -> Books:
    """Make debts whose ageing at the ends of January to March gives every bucket a roll rate.

    Not due, 1-30, 31-60, 61-90, above 90 days: January 1000/400/200/100/0, February 0/1000/400/200/100 less what
    was paid, and so on: every bucket rolls on by half.
    """
    books = make_books()
    customer = books.customer()
    for due, amount in (
        (date(2026, 2, 14), "1000.00"),
        (date(2026, 1, 15), "400.00"),
        (date(2025, 12, 15), "200.00"),
        (date(2025, 11, 15), "100.00"),
    ):
        item = books.invoice(customer, amount, document_date=date(2026, 1, 2), due_date=due)
        half = D(amount) / 2
        paid = books.payment(customer, half, paid_date=date(2026, 2, 10))
        books.clear(paid, item.item_id, half, day=date(2026, 2, 10))
    return books


def test_rates_come_from_the_company_s_own_months() -> None:
    books = aged_books()
    policy = give_policy(
        books, history_months=1, loss_given_default_percent="60", forward_looking_factor="1.1"
    )
    first, _ = closers(books)
    run = propose_provision(actor=first, company_id=books.company_id, as_of=date(2026, 2, 28))
    assert run.policy_version_id == policy
    assert run.basis["month_ends"] == ["2026-01-31", "2026-02-28"]
    home = run.basis["segments"]["HOME"]
    assert [roll["rate"] for roll in home["roll_rates"]] == ["0.500000"] * 4
    assert next((roll["open"], roll["rolled"]) for roll in home["roll_rates"]) == (
        "1000.00",
        "500.00",
    )
    assert home["loss_rates"] == ["4.1250", "8.2500", "16.5000", "33.0000", "66.0000"]
    assert run.basis["segments"]["ABROAD"]["source"] == "POLICY"
    lines = [(x.segment, x.bucket, x.gross, x.loss_rate, x.loss) for x in list_provision_lines(run.id)]
    assert lines == [
        ("HOME", "DAYS_1_30", D("500.00"), D("8.2500"), D("41.25")),
        ("HOME", "DAYS_31_60", D("200.00"), D("16.5000"), D("33.00")),
        ("HOME", "DAYS_61_90", D("100.00"), D("33.0000"), D("33.00")),
        ("HOME", "DAYS_91_PLUS", D("50.00"), D("66.0000"), D("33.00")),
    ]
    assert run.closing_amount == D("140.25")


def test_who_is_assessed_alone_is_in_no_roll_rate() -> None:
    books = aged_books()
    give_policy(books, history_months=1)
    other = books.customer("2")
    books.invoice(other, "9999.00", document_date=date(2026, 1, 2), due_date=date(2026, 1, 20))
    assess_customer(
        actor=SYSTEM, company_id=books.company_id, customer_id=other, valid_from=date(2026, 1, 1), reason="r",
        loss_rate=D(50),
    )  # fmt: skip
    run = propose_provision(actor=SYSTEM, company_id=books.company_id, as_of=date(2026, 2, 28))
    rolls = run.basis["segments"]["HOME"]["roll_rates"]
    assert [roll["rate"] for roll in rolls] == ["0.500000"] * 4


def test_without_enough_history_the_policy_s_list_holds() -> None:
    books = make_books()
    books.invoice(books.customer(), "1000.00", document_date=date(2026, 3, 2), due_date=date(2026, 4, 30))
    give_policy(books, history_months=12)
    run = propose_provision(actor=SYSTEM, company_id=books.company_id, as_of=MARCH_END)
    assert run.basis["segments"]["HOME"]["source"] == "POLICY"
    assert run.closing_amount == D("3.00")


@pytest.mark.parametrize(("country", "loss", "tax"), [("DE", "3.00", "190.00"), ("US", "3.57", "0")])
def test_tax_that_comes_back_is_left_out_where_a_rule_gives_it_back(
    country: str, loss: str, tax: str
) -> None:
    books = make_books()
    with operation():
        Company.objects.filter(id=books.company_id).update(country=country)
    books = Books(get_company(books.company_id))
    customer = books.customer(country=country)
    invoice = books.invoice(customer, "2380.00", tax="380.00", document_date=date(2026, 3, 2))
    paid = books.payment(customer, "1190.00", paid_date=date(2026, 3, 10))
    books.clear(paid, invoice.item_id, "1190.00", day=date(2026, 3, 10))
    give_policy(books, is_vat_excluded=True)
    run = propose_provision(actor=SYSTEM, company_id=books.company_id, as_of=MARCH_END)
    [line] = list_provision_lines(run.id)
    assert (line.gross, line.tax, line.loss) == (D("1190.00"), D(tax), D(loss))
    assert run.basis["is_vat_excluded"] == (country == "DE")


def test_the_tax_is_that_of_the_day_looked_at() -> None:
    books = make_books()
    with operation():
        Company.objects.filter(id=books.company_id).update(country="DE")
    customer = books.customer()
    invoice = books.invoice(customer, "1190.00", tax="190.00", document_date=date(2026, 3, 2))
    paid = books.payment(customer, "1190.00", paid_date=date(2026, 4, 10))
    books.clear(paid, invoice.item_id, "1190.00", day=date(2026, 4, 10))
    give_policy(books, is_vat_excluded=True)
    run = propose_provision(actor=SYSTEM, company_id=books.company_id, as_of=MARCH_END)
    assert [(line.gross, line.tax) for line in list_provision_lines(run.id)] == [(D("1190.00"), D("190.00"))]


@pytest.mark.parametrize(
    "said",
    [
        {"history_months": -1},
        {"history_months": 121},
        {"loss_given_default_percent": "101"},
        {"forward_looking_factor": "0"},
        {"is_vat_excluded": "yes"},
        {"unknown": 1},
    ],
)
def test_a_policy_that_cannot_be_is_refused(said: dict[str, Any]) -> None:
    books = make_books()
    with pytest.raises(CannotReadPolicy):
        give_policy(books, **said)


def close(books: Books, period: str, actor: Actor = SYSTEM) -> dict[str, StepReport]:
    reports = close_period(
        actor=actor,
        company_id=books.company_id,
        period=period,
        business_date=date(2026, 4, 2),
        started_at=STARTED_AT,
    )
    return {report.step.value: report for report in reports}


def test_a_close_proposes_waits_and_books_the_provision() -> None:
    books = aged_books()
    policy = give_policy(books)
    first, second = closers(books)
    with pytest.raises(CannotClosePeriod, match="waits for a second person") as refusal:
        close(books, "2026-01", first)
    run = ProvisionRun.objects.get()
    assert refusal.value.details is not None
    assert refusal.value.details["provision"] == run.id
    assert (run.state, run.as_of, run.proposed_by_id) == ("PROPOSED", date(2026, 1, 31), 1)
    with pytest.raises(CannotClosePeriod, match="waits for a second person"):
        close(books, "2026-01", first)
    assert ProvisionRun.objects.count() == 1
    late = books.invoice(books.customer("2"), "1000.00", document_date=date(2026, 1, 30))
    with pytest.raises(CannotClosePeriod, match=r"an allowance of 26\.20 EUR"):
        close(books, "2026-01", first)
    paid = books.payment(books.customer("2"), "1000.00", paid_date=date(2026, 1, 31))
    books.clear(paid, late.item_id, "1000.00", day=date(2026, 1, 31))
    with pytest.raises(CannotClosePeriod, match=r"an allowance of 23\.20 EUR"):
        close(books, "2026-01", first)
    run = ProvisionRun.objects.latest("id")

    approve_provision(actor=second, run_id=run.id)
    steps = close(books, "2026-01", first)
    # 1000 at 0.3, 400 at 1.6, 200 at 3.6, 100 at 6.6 percent
    assert last_entry(books, "PROVISION") == {"6100": D("23.20"), "1210": D("-23.20")}
    assert steps["ECL"].outcome is StepOutcome.DONE
    movement = steps["ECL"].evidence["movement"]
    assert isinstance(movement, dict)
    assert {name: D(amount) for name, amount in movement.items() if D(amount)} == {
        "charge": D("23.20"),
        "closing": D("23.20"),
    }
    assert steps["ECL"].evidence["approved_by"] == 2
    assert steps["ECL"].evidence["policy_version"] == policy
    assert steps["LOCK_LEDGER"].outcome is StepOutcome.DONE
    assert_books_are_sound()


def test_a_close_without_a_policy_of_the_company_says_so() -> None:
    books = aged_books()
    step = close(books, "2026-01")["ECL"]
    assert step.outcome is StepOutcome.NOTHING_TO_DO
    assert step.reason == "The company has no provision policy of its own, so no expected loss is booked."
    assert ProvisionRun.objects.count() == 0


def test_a_close_with_the_allowance_that_is_asked_for_goes_on() -> None:
    books = make_books()
    give_policy(books)
    step = close(books, "2026-01")["ECL"]
    assert step.outcome is StepOutcome.NOTHING_TO_DO
    assert step.reason == "The allowance is what is expected to be lost."


def test_what_was_approved_is_not_booked_on_other_books() -> None:
    books = aged_books()
    give_policy(books)
    first, second = closers(books)
    run = propose_provision(actor=first, company_id=books.company_id, as_of=date(2026, 1, 31))
    approve_provision(actor=second, run_id=run.id)
    books.invoice(books.customer("7"), "5000.00", document_date=date(2026, 1, 20))
    with pytest.raises(CannotProvide, match="What is owed moved"):
        post_provision(actor=second, run_id=run.id)
    assert get_balance(company_id=books.company_id, roles=[AccountRole.LOSS_ALLOWANCE], as_of=MARCH_END) == 0


def test_the_command_line_takes_a_run_through_its_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acquit.cli.session.open_house", lambda: None)
    books = aged_books()
    first, second = closers(books)
    monkeypatch.setattr(
        "acquit.cli.provisions.actor_named", lambda name: {"a": first, "b": second}.get(name, SYSTEM)
    )

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["provision", *arguments])
        return f"{result.exit_code} {result.output}"

    told = run("propose", "--company", books.company.name, "--date", "2026-01-31", "--by", "a")
    number = str(ProvisionRun.objects.get().id)
    assert "HOME     " in told
    assert "charge    23.20" in told
    assert "CANNOT_PROVIDE" in run("approve", "--run", number, "--by", "a")
    assert run("approve", "--run", number, "--by", "b").startswith("0 ")
    assert run("post", "--run", number).startswith(f"0 Provision run {number} is posted as J-")
    assert "POSTED" in run("list", "--company", books.company.name)
    assert '"state": "POSTED"' in run("show", "--run", number, "--json")
    assert run("reverse", "--run", number, "--date", "2026-02-01").startswith("0 ")
    assert ProvisionRun.objects.get().state == "REVERSED"
    assert_books_are_sound()
    with pytest.raises(CannotProvide):
        reverse_provision(actor=second, run_id=int(number), on_date=date(2026, 2, 1))


def test_a_company_s_policy_is_stored_by_two_and_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("acquit.cli.session.open_house", lambda: None)
    books = make_books()
    first, second = (clerk(books.company_id, Duty.POLICY, user_id=n) for n in (1, 2))
    monkeypatch.setattr("acquit.cli.policies.actor_named", lambda name: {"a": first, "b": second}[name])
    file = tmp_path / "provision.json"
    file.write_text(json.dumps({"loss_rates": LISTED, "abroad_loss_rates": LISTED, "history_months": 6}))
    whose = ("--company", books.company.name, "--kind", "provision")

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["policy", *arguments])
        return f"{result.exit_code} {result.output}"

    shipped = json.loads(run("show", *whose, "--date", "2026-03-01")[2:])
    assert (shipped["version"], shipped["body"]["history_months"]) == (0, 0)
    store = ("store", *whose, str(file), "--from", "2026-01-01")
    assert "FOUR_EYES" in run(*store, "--by", "a", "--approved-by", "a")
    assert run(*store, "--by", "a", "--approved-by", "b").startswith("0 Policy version")
    kept = json.loads(run("show", *whose, "--date", "2026-03-01")[2:])
    assert (kept["version"], kept["body"]["history_months"]) == (1, 6)
    assert kept["body"]["loss_given_default_percent"] == "100"
    file.write_text("[1]")
    assert "CANNOT_READ_FILE" in run(*store, "--by", "a", "--approved-by", "b")
    assert "CANNOT_READ_FILE" in run(
        "store", *whose, str(tmp_path / "none"), "--from", "2026-01-01", "--by", "a", "--approved-by", "b"
    )
