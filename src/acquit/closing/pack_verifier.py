"""Checks an evidence pack of Acquit with nothing but Python.

Run: python3 -I -S verify.py PACK [--hash HASH] [--anchor HASH]

PACK is a folder or a ZIP; without it, the folder this file lies in. Every file must be the one the manifest names;
every shown row must hash to its place in a block; every block must follow from the one before; and what stands in the
readable files must be what was sealed. `--hash` is the pack's hash as it was printed, `--anchor` a hash of the chain
that was kept elsewhere. Exit 0 when all holds; 1 with a line for each thing that does not.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

MANIFEST = "manifest.json"
POSTING_FIELDS = ("account_id", "item_id", "currency", "amount", "company_amount", "group_amount")


class Pack:
    """The files of a folder or a ZIP."""

    def __init__(self, place: Path) -> None:
        self._zip = zipfile.ZipFile(place) if place.is_file() else None
        self._place = place

    def names(self) -> set[str]:
        """Give the names of all files."""
        if self._zip is not None:
            return set(self._zip.namelist())
        files = (path for path in self._place.rglob("*") if path.is_file())
        return {path.relative_to(self._place).as_posix() for path in files}

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading."""
        return self._zip.open(name) if self._zip is not None else (self._place / name).open("rb")

    def lines(self, name: str) -> Iterator[Any]:
        """Read a file of JSON lines; fractions stay the text they are."""
        with self.open(name) as data, io.TextIOWrapper(data, encoding="utf-8", newline="\n") as text:
            for line in text:
                yield json.loads(line, parse_float=str)


def verify(pack: Pack, *, pack_hash: str = "", anchor: str = "") -> Iterator[str]:
    """Give a sentence for each thing that does not hold."""
    if MANIFEST not in pack.names():
        yield f"{MANIFEST} is missing"
        return
    with pack.open(MANIFEST) as data:
        written = data.read()
    if pack_hash and hashlib.sha256(written).hexdigest() != pack_hash.lower():
        yield f"{MANIFEST} is not the one this hash was printed for"
    try:
        manifest = json.loads(written)
        files = {str(file["name"]): file for file in manifest["files"]}
    except (ValueError, KeyError, TypeError):
        yield f"{MANIFEST} is no manifest"
        return
    broken = list(_check_files(pack, files))
    yield from broken
    if broken:
        return
    try:
        blocks: dict[int, dict[str, Any]] = {}
        yield from _check_chain(pack, blocks, {manifest["newest_hash"], anchor.lower()} - {"", "0" * 64})
        for name in sorted(files):
            if name.startswith("sealed/"):
                yield from _check_table(pack, name, blocks)
        yield from _check_entries(pack, blocks)
        for name, table in sorted(manifest["sealed_files"].items()):
            yield from _check_rows(pack, name, table, blocks)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        yield f"the pack cannot be read: {error!r}"


def _check_files(pack: Pack, files: dict[str, Any]) -> Iterator[str]:
    there = pack.names() - {MANIFEST}
    yield from (f"{name} is missing" for name in sorted(set(files) - there))
    yield from (f"{name} is not in the manifest" for name in sorted(there - set(files)))
    for name in sorted(set(files) & there):
        digest = hashlib.sha256()
        with pack.open(name) as data:
            while part := data.read(1 << 20):
                digest.update(part)
        if digest.hexdigest() != files[name]["sha256"]:
            yield f"{name} was changed"


def _check_chain(pack: Pack, blocks: dict[int, dict[str, Any]], kept: set[str]) -> Iterator[str]:
    previous = None
    hashes = set()
    for block in pack.lines("seals.jsonl"):
        record = {"intervals": block["intervals"], "sealed_at": block["sealed_at"]}
        text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        made = hashlib.sha256((block["previous_hash"] + text).encode()).hexdigest()
        if made != block["block_hash"]:
            yield f"seals.jsonl: block {block['block']} is not what its hash says"
        if previous is not None and block["previous_hash"] != previous:
            yield f"seals.jsonl: block {block['block']} does not follow from the one before it"
        previous = block["block_hash"]
        hashes.add(previous)
        blocks[block["block"]] = {part["table"]: part for part in block["intervals"]}
    if blocks:
        lacking = sorted(kept - hashes)
        yield from (
            f"seals.jsonl: the chain does not contain {each}, which was kept elsewhere" for each in lacking
        )


def _check_table(pack: Pack, name: str, blocks: dict[int, dict[str, Any]]) -> Iterator[str]:
    """See that the rows of each block hash to what the block sealed."""
    table = name.removeprefix("sealed/").removesuffix(".jsonl")
    sums: dict[int, Any] = {}
    counts: dict[int, int] = {}
    for place, line in enumerate(pack.lines(name), 1):
        text = line.get("row")
        if text is not None and hashlib.sha256(text.encode()).hexdigest() != line["hash"]:
            yield f"{name}, line {place}: the row is not the one that was sealed"
        sums.setdefault(line["block"], hashlib.sha256()).update(bytes.fromhex(line["hash"]))
        counts[line["block"]] = counts.get(line["block"], 0) + 1
    for block, digest in sums.items():
        sealed = blocks.get(block, {}).get(table)
        if sealed is None or (sealed["hash"], sealed["rows"]) != (digest.hexdigest(), counts[block]):
            yield f"{name}: the rows of block {block} are not those that were sealed"


def _sealed_rows(pack: Pack, table: str, blocks: dict[int, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give the shown rows of a table by column, in the order they were sealed."""
    for line in pack.lines(f"sealed/{table}.jsonl"):
        if "row" in line:
            columns = blocks[line["block"]][table]["columns"].split(",")
            yield dict(zip(columns, json.loads(line["row"], parse_float=str), strict=True))


def _check_rows(pack: Pack, name: str, table: str, blocks: dict[int, dict[str, Any]]) -> Iterator[str]:
    """See that each line of a readable file is the sealed row of its place."""
    sealed = _sealed_rows(pack, table, blocks)
    for place, line in enumerate(pack.lines(name), 1):
        row = next(sealed, None)
        if row is None or any(line.get(column) != value for column, value in row.items()):
            yield f"{name}, line {place}: not what was sealed"
            return
    if next(sealed, None) is not None:
        yield f"{name}: rows that were sealed are left out"


def _check_entries(pack: Pack, blocks: dict[int, dict[str, Any]]) -> Iterator[str]:
    """See that entries and their postings are the sealed ones, and that each balances."""
    entries = _sealed_rows(pack, "journal_entry", blocks)
    postings = _sealed_rows(pack, "posting", blocks)
    for place, line in enumerate(pack.lines("entries.jsonl"), 1):
        row = next(entries, None)
        if row is None or any(line[column] != row[column] for column in line if column != "postings"):
            yield f"entries.jsonl, line {place}: not what was sealed"
            return
        for posting in line["postings"]:
            sealed = next(postings, None)
            is_same = sealed is not None and (sealed["entry_id"], sealed["line_no"]) == (
                line["id"],
                posting["line_no"],
            )
            if sealed is None or not is_same or any(posting[f] != sealed[f] for f in POSTING_FIELDS):
                yield f"entries.jsonl, line {place}: posting {posting['line_no']} is not what was sealed"
                return
    if next(entries, None) is not None or next(postings, None) is not None:
        yield "entries.jsonl: entries that were sealed are left out"


def main(arguments: list[str]) -> int:
    """Check the pack that is named, say what was found, and give the exit code."""
    places, options = [], {"--hash": "", "--anchor": ""}
    rest = iter(arguments)
    for argument in rest:
        if argument in options:
            options[argument] = next(rest, "")
        else:
            places.append(Path(argument))
    pack = Pack(places[0] if places else Path(__file__).resolve().parent)
    found = list(verify(pack, pack_hash=options["--hash"], anchor=options["--anchor"]))
    if found:
        sys.stdout.write("".join(f"BROKEN: {sentence}\n" for sentence in found))
        return 1
    with pack.open(MANIFEST) as data:
        written = data.read()
    sys.stdout.write(f"All holds. Pack hash: {hashlib.sha256(written).hexdigest()}\n")
    sys.stdout.write(f"Newest hash of the chain: {json.loads(written)['newest_hash']}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
