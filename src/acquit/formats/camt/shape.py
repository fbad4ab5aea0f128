"""Read the fields wanted from an element, by local names; entries that look alike are worked out once.

The one clever idea: a bank writes every entry with the same tags. The tags of an entry, without its texts, are its
outline; what an outline means is found once, by a plain walk over the element with its texts numbered, and kept.
From then on an entry is written out, cut at its tags, and its texts are taken by number, which is three times as
fast as asking the tree for each of fifty elements. Where anything is unusual the plain walk reads the element
itself, so there is one interpreter of the structure and the fast way cannot mean something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from re import compile as pattern
from typing import Any
from xml.sax.saxutils import unescape

from lxml import etree

Fields = dict[str, Any]

_GROUP, _TEXT, _STRICT_TEXT, _AMOUNT, _STRICT_AMOUNT, _LIST, _AMOUNT_LIST, _RECORDS = range(8)
_MOST_TAGS_KEPT = 1_000
_MOST_PLANS_KEPT = 500
_LONGEST_OUTLINED = 6_000  # characters; a longer element is walked, and its parts are outlined one by one

_TEXTS = pattern(r">([^<>]+)<")
_CHARACTERS = {"&quot;": '"', "&#13;": "\r", "&#10;": "\n", "&#9;": "\t"}


class StandsTwice(ValueError):  # noqa: N818 - it says what is the case; the reader makes it a refusal
    """An element that decides an amount stands twice; `args[0]` is its field."""


class _Step:
    """One wanted element: where its value goes and which of its children are wanted."""

    __slots__ = ("field", "kind", "record", "steps", "tags")

    def __init__(self) -> None:
        self.kind = _GROUP
        self.field = ""
        self.record: Shape | None = None
        self.steps: dict[str, _Step] = {}
        self.tags: dict[Any, _Step | None] = {}

    def learn(self, tag: Any) -> _Step | None:
        """Find the step of a tag met for the first time; the memory of tags is emptied before it grows large."""
        if len(self.tags) >= _MOST_TAGS_KEPT:
            self.tags.clear()
        step = self.steps.get(tag.rpartition("}")[2]) if isinstance(tag, str) else None
        self.tags[tag] = step
        return step


class Shape:
    """The fields wanted from one kind of element; each keyword maps field names to paths, several with spaces.

    `texts`: the first non-empty text, else "". `amounts`: a pair (text, currency), else None. The `strict_` two are
    the same, but an element that stands twice is refused (StandsTwice). `lists` and `amount_lists`: all texts or
    pairs. `records`: the fields of another shape, for each element. Lists are empty tuples when nothing stands
    there. A path that is also the beginning of another gives its own text when it has no children.
    """

    def __init__(
        self,
        *,
        texts: Mapping[str, str] | None = None,
        strict_texts: Mapping[str, str] | None = None,
        amounts: Mapping[str, str] | None = None,
        strict_amounts: Mapping[str, str] | None = None,
        lists: Mapping[str, str] | None = None,
        amount_lists: Mapping[str, str] | None = None,
        records: Mapping[str, tuple[str, Shape]] | None = None,
    ) -> None:
        self._root = _Step()
        self._empty: Fields = {}
        self._plans: dict[str, _Plan] = {}
        for kind, table, empty in (
            (_TEXT, texts, ""),
            (_STRICT_TEXT, strict_texts, ""),
            (_AMOUNT, amounts, None),
            (_STRICT_AMOUNT, strict_amounts, None),
            (_LIST, lists, ()),
            (_AMOUNT_LIST, amount_lists, ()),
        ):
            for field, paths in (table or {}).items():
                self._empty[field] = empty
                for path in paths.split():
                    self._add(path, kind, field)
        for field, (path, record) in (records or {}).items():
            self._empty[field] = ()
            self._add(path, _RECORDS, field).record = record

    def _add(self, path: str, kind: int, field: str) -> _Step:
        step = self._root
        for name in path.split("/"):
            step = step.steps.setdefault(name, _Step())
        step.kind, step.field = kind, field
        return step

    def empty(self) -> Fields:
        """Give the fields of an element that is not there."""
        return self._empty.copy()

    def read(self, element: etree._Element) -> Fields:
        """Give the wanted fields of an element. Raises StandsTwice."""
        source = etree.tostring(element, encoding="unicode", with_tail=False)
        if len(source) > _LONGEST_OUTLINED:
            return self.walk(element)
        parts = _TEXTS.split(source)
        outline = "\0".join(parts[::2])
        plan = self._plans.get(outline) or self._learn(outline, parts)
        if plan is None:
            return self.walk(element)
        if "&" in source:
            parts = [unescape(part, _CHARACTERS) for part in parts]
        fields = plan.fill(parts)
        return self.walk(element) if fields is None else fields

    def walk(self, element: etree._Element) -> Fields:
        """Give the same as `read`, always by asking the tree. Raises StandsTwice."""
        fields = self._empty.copy()
        _walk(element, self._root, fields)
        return fields

    def _learn(self, outline: str, parts: list[str]) -> _Plan | None:
        """Find what an outline means: walk the element with each of its texts replaced by its number.

        None when only the walk over the element itself can say: a file's parser tells of a damaged namespace at the
        end only, and an element that stands twice may be blank the first time.
        """
        numbered = [f">{index}<" if index % 2 else part for index, part in enumerate(parts)]
        try:
            element = etree.fromstring(
                "".join(numbered), etree.XMLParser(resolve_entities=False, no_network=True)
            )
            plan = _Plan(self.walk(element))
        except (etree.XMLSyntaxError, StandsTwice):
            return None
        if len(self._plans) >= _MOST_PLANS_KEPT:
            self._plans.clear()
        self._plans[outline] = plan
        return plan


class _Plan:
    """Which text of an outlined element is which field."""

    __slots__ = ("_amount_lists", "_amounts", "_fixed", "_lists", "_records", "_texts")

    def __init__(self, numbered: Fields) -> None:
        self._fixed: Fields = {}
        self._texts: list[tuple[str, int]] = []
        self._amounts: list[tuple[str, int, str]] = []
        self._lists: list[tuple[str, list[int]]] = []
        self._amount_lists: list[tuple[str, list[tuple[int, str]]]] = []
        self._records: list[tuple[str, list[_Plan]]] = []
        for field, value in numbered.items():
            self._fixed[field] = value
            if not value:
                continue
            first = value[0] if isinstance(value, list) else None
            if isinstance(value, str):
                self._texts.append((field, int(value)))
            elif isinstance(value, tuple):
                if value[0]:
                    self._amounts.append((field, int(value[0]), value[1]))
            elif isinstance(first, str):
                self._lists.append((field, [int(one) for one in value]))
            elif isinstance(first, tuple):
                self._amount_lists.append((field, [(int(text or 0), currency) for text, currency in value]))
            else:
                self._records.append((field, [_Plan(one) for one in value]))

    def fill(self, parts: list[str]) -> Fields | None:
        """Give the fields with the texts of `parts`; None when a text is blank, which only the walk can judge."""
        fields = self._fixed.copy()
        for field, index in self._texts:
            text = parts[index].strip()
            if not text:
                return None
            fields[field] = text
        for field, index, currency in self._amounts:
            fields[field] = (parts[index].strip(), currency)
        for field, indexes in self._lists:
            texts = [parts[index].strip() for index in indexes]
            if "" in texts:
                return None
            fields[field] = texts
        for field, pairs in self._amount_lists:
            fields[field] = [(parts[index].strip() if index else "", currency) for index, currency in pairs]
        for field, plans in self._records:
            records = [plan.fill(parts) for plan in plans]
            if None in records:
                return None
            fields[field] = records
        return fields


def _walk(element: etree._Element, step: _Step, fields: Fields) -> None:
    tags = step.tags
    for child in element:
        tag = child.tag
        try:
            found = tags[tag]
        except KeyError:
            found = step.learn(tag)
        if found is None:
            continue
        kind = found.kind
        if kind == _TEXT:
            if found.steps and len(child):
                _walk(child, found, fields)
                continue
            text = child.text
            if text and not fields[found.field]:
                fields[found.field] = text.strip()
        elif kind == _GROUP or (found.steps and len(child)):
            _walk(child, found, fields)
        else:
            _take(child, found, kind, fields)


def _take(child: etree._Element, step: _Step, kind: int, fields: Fields) -> None:
    """Take the value of a field that is more than one text."""
    field = step.field
    known = fields[field]
    value: Any
    if kind == _RECORDS and step.record is not None:
        value = step.record.read(child)
    else:
        text = child.text
        value = text.strip() if text else ""
        if kind in {_AMOUNT, _STRICT_AMOUNT, _AMOUNT_LIST}:
            value = (value, child.get("Ccy", ""))
        if kind in {_STRICT_TEXT, _STRICT_AMOUNT} and known:
            raise StandsTwice(field)
        if kind in {_AMOUNT, _STRICT_TEXT, _STRICT_AMOUNT}:
            fields[field] = known or value
            return
        if not value:
            return
    if known:
        known.append(value)
    else:
        fields[field] = [value]
