"""The fast way of reading an element (by outline) means the same as the plain walk over the tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from acquit.formats.camt import read_camt
from acquit.formats.camt.fields import ENTRY
from acquit.formats.camt.shape import Shape, StandsTwice
from acquit.formats.statements import UnreadableStatement
from tests.formats.bank_samples import camt, entry, read_bytes
from tests.shared_data import shared_data

INNER = Shape(texts={"a": "A", "b": "B/C B/D"}, lists={"l": "L"}, amounts={"m": "Amt"})
OUTER = Shape(
    texts={"x": "X X/Y", "z": "Z/Y"},
    strict_texts={"s": "S"},
    amount_lists={"ms": "Amts/Amt"},
    records={"inner": ("In", INNER)},
)


def both(shape: Shape, element: etree._Element) -> tuple[object, object]:
    def ask(way: object) -> object:
        try:
            return way(element)  # type: ignore[operator]
        except StandsTwice as twice:
            return ("twice", twice.args[0])

    return ask(shape.read), ask(shape.walk)


def test_on_every_real_entry() -> None:
    compared = 0
    for path in sorted(shared_data("bank_camt").rglob("*")):
        if not path.is_file() or path.suffix == ".csv":
            continue
        for element in etree.parse(path).getroot().iter("{*}Ntry"):
            read, walked = both(ENTRY, element)
            assert read == walked
            compared += 1
    assert compared > 900


names = st.sampled_from(["A", "B", "C", "D", "L", "Amt", "Amts", "In", "X", "Y", "Z", "S", "Other"])
texts = st.sampled_from(["", " ", "one", " two ", "5 < 6 & 7 > 3", "ä\u2028", "&amp;", '"', "12"])


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> etree._Element:
    element = etree.Element(draw(names))
    element.text = draw(texts)
    if draw(st.booleans()):
        element.set("Ccy", draw(st.sampled_from(["EUR", "", "a<b&\"'"])))
    for child in draw(st.lists(elements(depth - 1), max_size=4)) if depth else []:
        child.tail = draw(texts)
        element.append(child)
    return element


@given(elements())
def test_on_any_element(element: etree._Element) -> None:
    read, walked = both(OUTER, element)
    assert read == walked
    # The outline is known now, so the second reading takes the kept way.
    assert both(OUTER, element) == (read, walked)


@given(elements(), st.lists(texts, min_size=40, max_size=40))
def test_a_known_outline_with_other_texts(element: etree._Element, others: list[str]) -> None:
    both(OUTER, element)
    for one, text in zip(element.iter(), others, strict=False):
        one.text = text
    read, walked = both(OUTER, element)
    assert read == walked


def test_many_outlines_do_not_fill_the_memory() -> None:
    shape = Shape(texts={"a": "A"})
    for number in range(1_200):
        element = etree.fromstring(f"<E><A>v</A><B{number}/></E>")
        assert shape.read(element) == {"a": "v"}
    assert len(shape._plans) <= 500


@pytest.mark.parametrize("markup", ["<E><S>1</S><S>2</S></E>", "<E><S>1</S><S>1</S></E>"])
def test_what_decides_may_not_stand_twice(markup: str) -> None:
    with pytest.raises(StandsTwice):
        OUTER.read(etree.fromstring(markup))


def test_a_damaged_namespace_is_refused_and_breaks_nothing() -> None:
    """Found by atheris: the parser tells of the namespace only at the file's end, one of the entry alone at once."""
    damaged = b'<Document xmlns:x="http://a/\\b" ' + camt(entry(), namespace="").split(b"<Document", 1)[1]
    with pytest.raises(UnreadableStatement) as refused:
        read_bytes(read_camt, damaged)
    assert refused.value.code == "XML_BROKEN"
