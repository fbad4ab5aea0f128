"""A company with open invoices and the bank lines that pay some of them, written straight into the tables.

Of twenty bank lines twelve name one invoice (half by number in a text, a quarter by structured reference, a quarter by
number without a known account), three name three invoices, two pay one invoice by its amount where the customer agreed
to that, two where it did not, and one comes from nobody known. Every customer has twenty open
invoices and pays eight times; no invoice is paid twice.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import psycopg

from acquit.controls.operations import open_company
from acquit.controls.rules.duties import Actor
from acquit.ledger.operations import open_books, open_periods
from acquit.parties.operations import CustomerDraft, ensure_unidentified, store_customers

ITEMS_A_CUSTOMER = 20
RECEIPTS_A_CUSTOMER = 8
LAST_DAY = date(2026, 6, 30)
SYSTEM = Actor(None, "bench", is_system=True)
_SYLLABLES = (
    "ba",
    "dor",
    "fen",
    "gil",
    "har",
    "jun",
    "kel",
    "lum",
    "mor",
    "nix",
    "por",
    "rin",
    "sal",
    "tev",
    "wis",
    "zan",
)
_TRADES = ("Metallbau", "Logistik", "Elektro", "Textil", "Druck", "Medizintechnik", "Baustoffe", "Software")


class World(NamedTuple):
    """A company made for a benchmark."""

    company_id: int
    customers: list[int]

    @property
    def items(self) -> int:
        """Count its open items."""
        return len(self.customers) * ITEMS_A_CUSTOMER

    @property
    def receipts(self) -> int:
        """Count its bank lines."""
        return len(self.customers) * RECEIPTS_A_CUSTOMER


def make_world(owner: psycopg.Connection[Any], name: str, customers: int) -> World:
    """Make a company of so many customers, a multiple of five, with its invoices and undecided bank lines."""
    company = open_company(name=name, currency="EUR")
    open_books(company_id=company.id)
    open_periods(company_id=company.id, first_date=date(2026, 1, 1), last_date=date(2026, 12, 31))
    ids = store_customers(
        actor=SYSTEM, company_id=company.id, drafts=[_draft(number) for number in range(customers)]
    )
    ensure_unidentified(company.id)
    world = World(company.id, list(ids.values()))
    _fill(owner, world)
    return world


def customer_name(number: int) -> str:
    """Give the customer's name: a word of its own, a trade and a legal form."""
    word = "".join(_SYLLABLES[number >> shift & 15] for shift in (0, 4, 8, 12, 16))
    return f"{word.capitalize()} {_TRADES[number % len(_TRADES)]} GmbH"


def iban_of(number: int) -> str:
    """Give the customer's account, in the form of a German one."""
    return f"DE21{50_000_000 + number % 97:08d}{number:010d}"


def _draft(number: int) -> CustomerDraft:
    return CustomerDraft(
        f"D{number:06d}",
        customer_name(number),
        ibans=(iban_of(number),),
        is_auto_by_amount=number % 5 == 0,
        payment_terms="NET 30",
    )


def _fill(owner: psycopg.Connection[Any], world: World) -> None:
    parameters = {
        "company": world.company_id,
        "customers": world.customers,
        "many": len(world.customers),
        "items": world.items,
        "receipts": world.receipts,
        "names": [customer_name(number) for number in range(len(world.customers))],
        "ibans": [iban_of(number) for number in range(len(world.customers))],
        "last": LAST_DAY,
    }
    owner.execute("SELECT set_config('acquit.companies', %s, false)", [str(world.company_id)])
    owner.execute("SET synchronous_commit = off")
    owner.execute("SET work_mem = '256MB'")
    for table in ("document", "item", "bank_line"):
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for statement in (FILL_DOCUMENTS, ANALYSE, FILL_ITEMS, FILL_OPEN_ITEMS, FILL_STATEMENT, FILL_LINES):
        owner.execute(statement, parameters)
    for table in ("document", "item", "bank_line"):
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    owner.execute("RESET synchronous_commit")
    owner.execute("RESET work_mem")
    owner.execute("VACUUM (ANALYZE) document, item, open_item, bank_line, customer, customer_bank_account")


#: Invoice n is the (n / customers)-th of customer n % customers, written in the order of days.
FILL_DOCUMENTS = """
INSERT INTO document (customer_id, company_id, document_date, tax_point_date, posting_date, due_date, kind, number,
                      currency, payment_terms, customer_po, structured_reference, number_key, series, source, net, tax,
                      gross)
SELECT (%(customers)s::bigint[])[1 + n %% %(many)s], %(company)s, day, day, day, day + 30, 'INVOICE',
       'RE-2026-' || lpad(n::text, 7, '0'), 'EUR', 'NET 30', 'PO' || lpad((n * 7 %% 9999991)::text, 7, '0'),
       CASE WHEN n / %(many)s %% 4 = 2 THEN lpad((700000000000 + n)::text, 16, '0') ELSE '' END,
       'RE2026' || lpad(n::text, 7, '0'), '', 'BENCH', gross - tax, tax, gross
  FROM (SELECT n, day, gross, round(gross * 19 / 119, 2) AS tax
          FROM (SELECT n, date '2026-01-01' + (n * 120 / %(items)s)::int AS day,
                       ((1000 + n * 7919 %% 900007) / 100.0)::numeric(20,2) AS gross
                  FROM generate_series(0::bigint, %(items)s::bigint - 1) n) drawn) taxed
 ORDER BY n
"""
#: What follows is planned by what is there now.
ANALYSE = "ANALYZE document"
FILL_ITEMS = """
INSERT INTO item (document_id, customer_id, company_id, baseline_date, due_date, posting_date, kind, currency, number,
                  original_amount, company_amount)
SELECT id, customer_id, company_id, document_date, due_date, posting_date, kind, currency, number, gross, gross
  FROM document WHERE company_id = %(company)s ORDER BY id
"""
FILL_OPEN_ITEMS = """
INSERT INTO open_item (item_id, customer_id, company_id, due_date, posting_date, kind, currency, original_amount,
                       open_amount, open_company_amount)
SELECT id, customer_id, company_id, due_date, posting_date, kind, currency, original_amount, original_amount,
       company_amount
  FROM item WHERE company_id = %(company)s ORDER BY id
"""
FILL_STATEMENT = """
WITH account AS (
  INSERT INTO bank_account (company_id, account, currency, name)
  VALUES (%(company)s, 'DE89370400440532' || lpad(%(company)s::text, 6, '0'), 'EUR', 'Bench') RETURNING id
)
INSERT INTO bank_statement (bank_account_id, company_id, opening_date, closing_date, statement_id, sequence, currency,
                            format, fingerprint, warnings)
SELECT id, %(company)s, date '2026-05-01', %(last)s::date, '', '', 'EUR', 'BENCH', 'bench ' || id, '[]' FROM account
"""
#: Receipt r of customer c; `way` 0 to 31 says how a customer who agreed to nothing pays, and customers come scattered.
FILL_LINES = """
WITH paying AS (
  SELECT c, r, CASE WHEN c %% 5 = 0 THEN NULL ELSE (c %% 5 - 1) * 8 + r END AS way
    FROM generate_series(0::bigint, %(many)s::bigint - 1) c, generate_series(0, 7) r
), kinds AS (
  SELECT c, r, CASE WHEN way IS NULL THEN CASE WHEN r < 4 THEN 'AMOUNT' ELSE 'NUMBER' END
                    WHEN way < 20 THEN CASE way %% 4 WHEN 3 THEN 'NAMELESS' WHEN 2 THEN 'REFERENCE' ELSE 'NUMBER' END
                    WHEN way < 26 THEN 'SEVERAL' WHEN way < 30 THEN 'UNAGREED' ELSE 'NOBODY' END AS kind
    FROM paying
), paid AS (
  SELECT k.*, d.number, d.structured_reference, d.gross, s.gross AS second, s.number AS second_number,
         t.gross AS third, t.number AS third_number
    FROM kinds k
    JOIN document d ON d.company_id = %(company)s
                   AND d.number = 'RE-2026-' || lpad((c + r * %(many)s)::text, 7, '0')
    LEFT JOIN document s ON k.kind = 'SEVERAL' AND s.company_id = d.company_id
                   AND s.number = 'RE-2026-' || lpad((c + (8 + 2 * (r %% 4)) * %(many)s)::text, 7, '0')
    LEFT JOIN document t ON k.kind = 'SEVERAL' AND t.company_id = d.company_id
                   AND t.number = 'RE-2026-' || lpad((c + (9 + 2 * (r %% 4)) * %(many)s)::text, 7, '0')
)
INSERT INTO bank_line (bank_account_id, statement_id, company_id, line_no, booking_date, value_date, currency, identity,
                       bank_reference, end_to_end_id, structured_reference, counterparty, iban, text, return_code,
                       amount, is_reversal, transaction_code, bank_code)
SELECT s.bank_account_id, s.id, s.company_id, place, day, day, 'EUR', 'bench-' || place, 'B' || place,
       'NOTPROVIDED', CASE kind WHEN 'REFERENCE' THEN structured_reference ELSE '' END,
       CASE WHEN kind = 'NOBODY' THEN 'Fremdzahler ' || place ELSE (%(names)s::text[])[1 + c] END,
       CASE WHEN kind IN ('NAMELESS', 'NOBODY') THEN '' ELSE (%(ibans)s::text[])[1 + c] END,
       CASE kind WHEN 'NUMBER' THEN 'Rechnung ' || number || ' vom 03.02.2026 Danke'
                 WHEN 'NAMELESS' THEN 'RG ' || replace(number, '-', ' ')
                 WHEN 'SEVERAL' THEN 'Sammelzahlung ' || number || ', ' || second_number || ', ' || third_number
                 WHEN 'REFERENCE' THEN '' ELSE 'Zahlung' END, '',
       gross + coalesce(second + third, 0),
       false, 'NTRF', ''
  FROM (SELECT *, row_number() OVER (ORDER BY (c * 8 + r) * 7919 %% 1000003, c, r) AS place FROM paid) placed
  JOIN bank_statement s ON s.company_id = %(company)s,
  LATERAL (SELECT date '2026-05-01' + (place * 60 / %(receipts)s)::int AS day) dated
 ORDER BY place
"""
