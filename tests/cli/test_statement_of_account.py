"""`acquit receivables statement-of-account`: a real statement through the command."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from acquit.cli.receivables import app
from tests.builders import make_books

pytestmark = pytest.mark.django_db


def test_the_command_prints_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acquit.cli.session.open_house", lambda: None)
    books = make_books("Kontor GmbH")
    customer = books.customer("1001", language="fr")
    invoice = books.invoice(customer, "119.00")
    books.clear(books.payment(customer, "19.00"), invoice.item_id, "19.00")
    told = ["statement-of-account", "--company", "Kontor GmbH", "--customer", "1001"]
    days = ["--from", "2026-03-01", "--until", "2026-04-15"]

    text = CliRunner().invoke(app, [*told, *days])
    assert text.exit_code == 0, text.output
    assert "Relevé de compte: 1001 Customer 1001, 01/03/2026 - 15/04/2026, EUR" in text.output
    assert "1-30 jours: 100,00" in text.output

    rows = CliRunner().invoke(app, [*told, *days, "--csv"]).output.splitlines()
    assert rows[1] == "EUR,2026-03-01,OPENING,,,,0.00"
    assert rows[-1] == "EUR,2026-04-15,CLOSING,,,,100.00"
    unknown = CliRunner().invoke(app, [*told, *days, "--csv", "--known-at", "2020-01-01T00:00:00"])
    assert unknown.output.splitlines() == ["currency,date,kind,number,due_date,amount,balance"]
