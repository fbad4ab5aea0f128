"""English and German are complete, and no text of a page stands outside the catalogues."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from acquit.web import catalogues

TEMPLATES = Path(catalogues.__file__).parent / "templates"
# Names and specimens that are the same in every language.
NOT_WORDS = {"Acquit", "EUR", "JPY", "GBP", "RE", "ABZGL"}
SPOKEN_ATTRIBUTES = ("aria-label", "title", "placeholder", "alt")


def _strings(catalogue: Catalog) -> list[tuple[str, list[str], list[str], bool]]:
    rows = []
    for message in catalogue:
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        texts = [message.string] if isinstance(message.string, str) else list(message.string or [""])
        rows.append((message.context or "", ids, texts, message.fuzzy))
    return rows


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_nothing_is_untranslated_or_fuzzy(language: str) -> None:
    rows = _strings(catalogues.read_catalogue(catalogues.get_po_path(language)))
    assert len(rows) > 100
    assert [ids for _context, ids, texts, fuzzy in rows if fuzzy or not all(texts)] == []


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_the_catalogue_has_exactly_the_texts_of_the_package(language: str) -> None:
    written = catalogues.read_catalogue(catalogues.get_po_path(language))
    there = {(context, *ids) for context, ids, _t, _f in _strings(written)}
    gathered = {(context, *ids) for context, ids, _t, _f in _strings(catalogues.gather_texts())}
    assert gathered - there == set(), "run: python -m acquit.web.catalogues update"
    assert there - gathered == set(), "run: python -m acquit.web.catalogues update"


def test_a_translation_keeps_every_value_of_its_text() -> None:
    values = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
    broken = [
        (ids[0], text)
        for _context, ids, texts, _fuzzy in _strings(catalogues.read_catalogue(catalogues.get_po_path("de")))
        for place, text in enumerate(texts)
        if set(values.findall(text)) != set(values.findall(ids[min(place, len(ids) - 1)]))
    ]
    assert broken == []


def test_german_speaks_as_the_house_does() -> None:
    rows = _strings(catalogues.read_catalogue(catalogues.get_po_path("de")))
    said = [text for _context, _ids, texts, _fuzzy in rows for text in texts]
    assert [text for text in said if "!" in text or re.search(r"\b[Bb]itte\b|erfolgreich", text)] == []


def test_english_speaks_as_the_house_does() -> None:
    rows = _strings(catalogues.gather_texts())
    said = [text for _context, ids, _texts, _fuzzy in rows for text in ids]
    assert [text for text in said if "!" in text or re.search(r"\b[Pp]lease\b|successfully", text)] == []


def _bare_words(source: str) -> list[str]:
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", " ", source, flags=re.DOTALL)
    text = re.sub(r"{% block main_class %}.*?{% endblock %}", " ", text)
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", " ", text, flags=re.DOTALL)
    tags = re.findall(r"<[a-zA-Z][^<>]*>", re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL))
    spoken = [
        value
        for tag in tags
        for name in SPOKEN_ATTRIBUTES
        for value in re.findall(rf'\b{name}="([^"]*)"', tag)
    ]
    text = re.sub(r"{%.*?%}|{{.*?}}", " ", text, flags=re.DOTALL)
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", text, flags=re.DOTALL)
    text = re.sub(r"<[^<>]*>|&\w+;", " ", text)
    words = re.findall(r"[^\W\d_]{2,}", " ".join([text, *spoken]))
    return [word for word in words if word not in NOT_WORDS]


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_text_stands_outside_the_catalogues(path: Path) -> None:
    assert _bare_words(path.read_text(encoding="utf-8")) == []


def test_the_scanner_sees_bare_text() -> None:
    source = '{% translate "fine" %}<p class="x" aria-label="Bad label">Bare {{ value }} words</p>'
    assert _bare_words(source) == ["Bare", "words", "Bad", "label"]


def test_compiling_writes_what_gettext_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gettext

    monkeypatch.setattr(catalogues, "LOCALE_FOLDER", tmp_path)
    po = catalogues.get_po_path("de")
    po.parent.mkdir(parents=True)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    po.write_text(header + 'msgid "Open"\nmsgstr "Offen"\n', encoding="utf-8")
    assert catalogues.list_stale_catalogues() == [po]
    assert catalogues.compile_catalogues() == [po.with_suffix(".mo")]
    assert catalogues.list_stale_catalogues() == []
    assert gettext.translation("django", str(tmp_path), ["de"]).gettext("Open") == "Offen"


def test_texts_of_a_template_are_found_with_context_and_plural() -> None:
    source = (
        '{% load i18n %}{% translate "One" %}{% translate "Two" context "act" %}'
        "{% blocktranslate count n=n %}{{ n }} row{% plural %}{{ n }} rows at 5%{% endblocktranslate %}"
        '{% blocktranslate with a=b %}It\'s {{ a }} "quoted"{% endblocktranslate %}'
    )
    assert list(catalogues.read_template_texts(source)) == [
        ("One", None),
        ("Two", "act"),
        (("%(n)s row", "%(n)s rows at 5%"), None),
        ('It\'s %(a)s "quoted"', None),
    ]


def test_message_files_hold_no_machine_of_ours() -> None:
    text = catalogues.get_po_path("de").read_text(encoding="utf-8")
    assert set(text) & set(string.printable)
    assert "/work/" not in text
