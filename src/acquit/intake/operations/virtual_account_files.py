"""A list of virtual accounts taken in by itself, whole or not at all: read first, stored when every row can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from acquit.cash.operations import store_virtual_accounts
from acquit.cash.queries import list_virtual_accounts
from acquit.controls.queries import get_company
from acquit.controls.rules.duties import Actor
from acquit.core.errors import Refusal
from acquit.formats.tables import open_table
from acquit.intake.operations.order_files import sort_virtual_accounts
from acquit.intake.rules.building import ReadContext
from acquit.intake.rules.inference import infer_mapping
from acquit.intake.rules.kinds import FileKind
from acquit.intake.rules.profile import profile_table
from acquit.intake.rules.reading import read_rows
from acquit.intake.rules.recognition import KnownNumbers
from acquit.parties.queries import list_customer_ids

_TOLD_AT_MOST = 20


class CannotTakeAccounts(Refusal):
    """The file is no list of virtual accounts, or a row of it cannot be taken; nothing was stored."""

    code = "CANNOT_TAKE_ACCOUNTS"


@dataclass(frozen=True, slots=True)
class AccountsRead:
    """What a list would change: the account by whose it becomes (customer id), and how many rows stand already."""

    new: dict[str, int]
    moved: dict[str, int]
    known: int


def read_virtual_accounts(*, company_id: int, content: BinaryIO, name: str) -> AccountsRead:
    """Read a list of customer and account, and say what storing it would change; writes nothing.

    Refuses (`CannotTakeAccounts`) with the line, the cell and the mend of each row that cannot be taken.
    """
    customer_ids = list_customer_ids(company_id)
    table = open_table(content, name)
    known = KnownNumbers(customers=frozenset(customer_ids))
    mapping = infer_mapping(profile_table(table), known=known, saved=None)
    if mapping.kind is not FileKind.VIRTUAL_ACCOUNTS or not mapping.is_ready:
        raise CannotTakeAccounts(
            f"{name} is no list of virtual accounts: it needs the columns customer and account.", param="file"
        )
    context = ReadContext(
        file=name, currency=get_company(company_id).currency, known_customers=customer_ids.keys()
    )
    accounts: dict[str, int] = {}
    refused = []
    for chunk in read_rows(table, mapping, context):
        taken, wrong = sort_virtual_accounts(company_id, chunk, customer_ids, name)
        accounts |= taken
        refused += wrong
    if refused:
        rows = [
            f"line {row.line_number}, {row.column} {row.value}: {row.message}"
            for row in refused[:_TOLD_AT_MOST]
        ]
        raise CannotTakeAccounts(
            f"{len(refused)} rows of {name} cannot be taken, so none was. {rows[0]}",
            param="file",
            details={"rows": rows},
        )
    before = {each.account: each.customer_id for each in list_virtual_accounts(company_id)}
    return AccountsRead(
        {a: owner for a, owner in accounts.items() if a not in before},
        {a: owner for a, owner in accounts.items() if before.get(a, owner) != owner},
        sum(before.get(a) == owner for a, owner in accounts.items()),
    )


def import_virtual_accounts(*, actor: Actor, company_id: int, content: BinaryIO, name: str) -> AccountsRead:
    """Store a list of virtual accounts, all of it; gives what that changed. Refuses as `read_virtual_accounts`."""
    read = read_virtual_accounts(company_id=company_id, content=content, name=name)
    store_virtual_accounts(actor=actor, company_id=company_id, accounts={**read.new, **read.moved})
    return read
