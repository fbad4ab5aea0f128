"""Direct debits in the told story: mandates of three customers, a run that came back in part, and who may do what."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.test import Client

from acquit.cash.operations import (
    MandateDraft,
    activate_mandate,
    approve_debit_run,
    import_statements,
    match_bank_lines,
    process_debit_returns,
    propose_debit_run,
    store_mandates,
    write_debit_run,
)
from acquit.cash.queries import get_debit_run, list_bank_accounts
from acquit.controls.operations import create_user, grant_role
from acquit.controls.rules.duties import Duty, Role
from acquit.formats.statements import Statement, StatementKind, StatementLine
from acquit.infra.transaction import set_companies
from acquit.parties.queries import list_customers
from tests.builders import FIRST_DAY, SYSTEM, Books, clerk
from tests.web.story import PASSWORD, TODAY, Story

ACCOUNT = "DE89370400440532013000"
CREDITOR = "DE98ZZZ09999999999"
RHEINLAND, LINDNER, SCHAEFER = (
    "DE74370700600201883400",
    "NL91ABNA0417164300",
    "FR1420041010050500013M02606",
)
SIGNED = date(2026, 1, 5)
TOLD, TAKEN, BACK = date(2026, 10, 30), date(2026, 11, 13), date(2026, 11, 18)


def customer_of(books: Books, name: str) -> int:
    """Give the one customer of a name."""
    [found] = list_customers(company_ids=[books.company_id], search=name)
    return found.id


def give_mandates(story: Story) -> dict[str, int]:
    """Give three mandates, two in force and a draft without a creditor identifier; gives their ids by reference."""
    books = story.german
    set_companies([books.company_id, story.british.company_id])
    drafts = [
        MandateDraft(story.rheinland_id, "MND-10482", CREDITOR, RHEINLAND, signed_date=SIGNED),
        MandateDraft(
            customer_of(books, "Lindner"), "MND-10233", CREDITOR, LINDNER, scheme="B2B", signed_date=SIGNED
        ),
        MandateDraft(customer_of(books, "Schäfer"), "MND-10288", account=SCHAEFER, signed_date=SIGNED),
    ]
    ids = store_mandates(actor=SYSTEM, company_id=books.company_id, drafts=drafts)
    for mandate_id in ids[:2]:
        activate_mandate(actor=SYSTEM, mandate_id=mandate_id, on_date=SIGNED)
    return {draft.reference: mandate_id for draft, mandate_id in zip(drafts, ids, strict=True)}


def collect_and_return(story: Story) -> int:
    """Run a debit of what was due on 13 November: all came in, one collection came back; gives the run."""
    books = story.german
    [account] = list_bank_accounts([books.company_id])
    first, second = (clerk(books.company_id, Duty.CASH, user_id=each) for each in (story.user_id, 991))
    run = propose_debit_run(
        actor=first,
        company_id=books.company_id,
        bank_account_id=account.id,
        collection_date=TAKEN,
        business_date=TOLD,
    ).run_id
    approve_debit_run(actor=second, run_id=run, business_date=TOLD)
    write_debit_run(
        actor=second, run_id=run, business_date=TOLD, written_at=datetime(2026, 10, 30, 9, 0, tzinfo=UTC)
    )
    collections = get_debit_run(run).collections
    lines = [_line(each.amount, each.end_to_end_id, TAKEN) for each in collections]
    returned = collections[0]
    lines.append(_line(-returned.amount - Decimal("3.50"), returned.end_to_end_id, BACK, "AM04"))
    bring_statement(books, "223", lines)
    process_debit_returns(
        actor=SYSTEM,
        company_id=books.company_id,
        business_date=TODAY,
        decided_at=datetime(2026, 11, 19, 9, 0, tzinfo=UTC),
    )
    return run


def bring_statement(books: Books, number: str, lines: list[StatementLine]) -> None:
    """Bring a statement whose number leaves one out and whose opening no other closed on."""
    moved = sum((line.amount for line in lines), Decimal(0))
    statement = Statement(
        format="CAMT",
        kind=StatementKind.STATEMENT,
        account=ACCOUNT,
        currency="EUR",
        statement_id=number,
        sequence=number,
        legal_number="",
        opening=Decimal("1000.00"),
        closing=Decimal("1000.00") + moved,
        opening_date=TODAY,
        closing_date=TODAY,
        lines=tuple(lines),
        balanced=True,
        difference=Decimal(0),
    )
    import_statements(actor=SYSTEM, company_id=books.company_id, statements=[statement])
    match_bank_lines(
        actor=SYSTEM,
        company_id=books.company_id,
        business_date=TODAY,
        decided_at=datetime(2026, 11, 19, 9, 0, tzinfo=UTC),
    )


def _line(amount: Decimal, end_to_end_id: str, day: date, code: str = "") -> StatementLine:
    return StatementLine(
        day,
        day,
        amount,
        "EUR",
        bank_reference=f"{end_to_end_id}-{code or 'IN'}",
        end_to_end_id=end_to_end_id,
        return_code=code,
    )


def log_in(story: Story, username: str, role: Role) -> tuple[Client, dict[str, str]]:
    """Make a person with a role in the German company and log it in; gives a client and the browser's cookie."""
    user = create_user(username=username, password=PASSWORD, full_name=f"{username.title()} Baum")
    grant_role(
        actor=SYSTEM,
        user_id=user.pk,
        company_id=story.german.company_id,
        role=role,
        valid_from=FIRST_DAY,
    )
    client = Client()
    client.force_login(
        get_user_model().objects.get(pk=user.pk), backend="django.contrib.auth.backends.ModelBackend"
    )
    name = django_settings.SESSION_COOKIE_NAME
    return client, {name: client.cookies[name].value}
