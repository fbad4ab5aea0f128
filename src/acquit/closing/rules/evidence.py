"""What an evidence pack holds and says of itself (handbook section 10): files, controls, sizes of samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

#: The files whose every line is a row of a sealed table: file -> table. Their proofs stand in `sealed/<table>.jsonl`.
SEALED_FILES: Mapping[str, str] = {
    "documents.jsonl": "document",
    "decisions.jsonl": "decision",
    "policy_versions.jsonl": "policy_version",
    "period_steps.jsonl": "period_transition",
    "close_evidence.jsonl": "run_chunk",
    "write_off_approvals.jsonl": "write_off_approval",
    "events.jsonl": "event",
}

#: Entries and their postings stand in one file, and are proved by two.
ENTRY_TABLES = ("journal_entry", "posting")

#: The handbook's key controls this program has data for; C16 is the file of reconciliations.
CONTROLS = (
    *("C01", "C02", "C06", "C09", "C10", "C11", "C13"),
    *("C14", "C15", "C17", "C18", "C19", "C21"),
)
SAMPLE_SIZE = 25

_MEANINGS: Mapping[str, str] = {
    "entries.jsonl": "Entries posted in the period. `postings`: debit positive, `amount` in the entry's currency,"
    " `company_amount` and `group_amount` in those of company and group; `account` is the code in the chart.",
    "documents.jsonl": "Invoices, credit notes and other papers posted in the period.",
    "decisions.jsonl": "Decisions behind the clearings, receipts, cases and write-offs of the period, each with its"
    " `proof`: what it rests on, what was refused instead, how to undo it.",
    "approvals.jsonl": "Who asked (`asked_by_id`) and who decided (`decided_by_id`): entries by hand, reopenings,"
    " write-offs, provisions, policies.",
    "policy_versions.jsonl": "Policy versions that held on some day of the period; `body` is the document.",
    "policy_defaults.jsonl": "What holds where no version is stored: the program's shipped policies.",
    "users.jsonl": "Who holds or held a role for the company in the period.",
    "grants.jsonl": "Roles in half-open intervals of days, with the duties they bundle.",
    "duty_conflicts.jsonl": "Persons who held duties that are kept apart, with the compensating control.",
    "period_steps.jsonl": "Every step of the period's life; a reopening names the second person.",
    "close_evidence.jsonl": "The steps of the period's close, each with its evidence in `result`.",
    "write_off_approvals.jsonl": "Each yes to a write-off.",
    "events.jsonl": "The log about the period, its documents, entries, clearings and receipts, policies and grants.",
    "reconciliations.jsonl": "Control C16: each control account against its open items on the period's last day;"
    " what explains a difference stands in `explained_by`.",
    "numbering.jsonl": "Each series of the period's documents: first and last number, how many, which are missing.",
    "seals.jsonl": "The chain of blocks from the first that covers a row of this pack to the newest.",
    "sealed/": "A file a table: every row's hash of the covering blocks in order, and the sealed text (`row`) of those"
    " rows that are this company's and in this pack. Other rows are there as hashes only.",
    "controls/": "A file a control: the question asked of the database, its parameters, how many rows answer it, and a"
    " sample. The sample is drawn by sha256(seed:key), smallest first.",
    "verify.py": "Checks all of it with Python alone: python3 -I -S verify.py PACK [--anchor HASH]",
    "manifest.json": "The sha256 of every other file. Its own sha256 is the pack's hash.",
}


def write_readme(*, company: str, period: str, start_date: str, end_date: str) -> Iterable[str]:
    """Write what the pack is and what each file and column means, in Markdown lines."""
    yield f"# Evidence of {company}, period {period}"
    yield ""
    yield f"From {start_date} to {end_date} (the last day not inside). Text is UTF-8, a line a record, each a JSON"
    yield "object. Moments are UTC, days ISO 8601. Amounts are decimal numbers: read them as decimals, not as floats."
    yield "Names that end in `_id` point to the row of that name; `actor_id` is a user, none: the program itself."
    yield ""
    for name, meaning in _MEANINGS.items():
        yield f"- `{name}`: {meaning}"
    yield ""
    yield "Names and addresses of customers are not part of the pack; `customer_id` stands for them. Controls without"
    yield "a file (prices, credit, deliveries, refunds, usage) are of rooms this program does not have yet."
