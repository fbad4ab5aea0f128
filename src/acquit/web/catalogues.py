"""The message catalogues: gathered from code and templates, and compiled, without GNU gettext.

    python -m acquit.web.catalogues compile    writes the .mo beside each .po that is newer (set-up does this)
    python -m acquit.web.catalogues update     adds new texts to every .po and drops those no longer used

The one clever idea: Django can rewrite a template so that its texts look like gettext calls; Babel reads those calls
the same way it reads Python. English is a catalogue like any other, filled with the texts themselves.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1]
LOCALE_FOLDER = PACKAGE / "locale"
LANGUAGES = ("en", "de")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_HEADER = """# Acquit, {language}. Gathered by acquit/web/catalogues.py; written by people.
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
_CALL = re.compile(
    r"(?<!\w)(?P<name>n?p?gettext)\((?P<texts>(?:\s*u?(?P<q>['\"]{1,3}).*?(?<!\\)(?P=q)\s*,?)+)", re.DOTALL
)


def get_po_path(language: str) -> Path:
    """Give the catalogue's source of a language."""
    return LOCALE_FOLDER / language / "LC_MESSAGES" / "django.po"


def list_stale_catalogues() -> list[Path]:
    """List the catalogues whose compiled form is missing or older than the source."""
    return [po for po in map(get_po_path, LANGUAGES) if po.is_file() and _is_stale(po)]


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.is_file() or mo.stat().st_mtime < po.stat().st_mtime


def compile_catalogues() -> list[Path]:
    """Compile every catalogue that changed; gives the files written."""
    written = []
    for po in list_stale_catalogues():
        catalogue = read_catalogue(po)
        target = po.with_suffix(".mo")
        fresh = target.with_suffix(".mo.new")
        with fresh.open("wb") as stream:
            write_mo(stream, catalogue)
        fresh.replace(target)
        written.append(target)
    return written


def read_catalogue(po: Path) -> Catalog:
    """Read a catalogue's source; the language is the name of its folder."""
    with po.open("rb") as stream:
        return read_po(stream, locale=po.parent.parent.name)


def gather_texts() -> Catalog:
    """Collect every translatable text of the package, with the places it stands in (file names without lines)."""
    catalogue = Catalog(fuzzy=False)
    for place, message, context in _walk_texts():
        catalogue.add(message, context=context, locations=[(place, 0)])
    return catalogue


def _walk_texts() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        place = path.relative_to(PACKAGE).as_posix()
        for _line, message, _comments, context in extract_from_file("python", str(path), keywords=KEYWORDS):
            yield place, message, context
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        place = path.relative_to(PACKAGE).as_posix()
        for message, context in read_template_texts(path.read_text(encoding="utf-8")):
            yield place, message, context


def read_template_texts(source: str) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """Give the translatable texts of one template: the message (singular and plural as a pair) and its context."""
    from ast import literal_eval

    from django.utils.translation.template import templatize

    for found in _CALL.finditer(templatize(source)):
        texts = [text.replace("%%", "%") for text in literal_eval(f"({found['texts'].rstrip(', ')},)")]
        name = found["name"]
        context = texts.pop(0) if "p" in name.removesuffix("gettext") else None
        yield (texts[0], texts[1]) if name.startswith("n") else texts[0], context


def update_catalogues() -> None:
    """Bring every catalogue up to the texts of the package; translations already there stay, guesses are not made."""
    gathered = gather_texts()
    for language in LANGUAGES:
        po = get_po_path(language)
        old = read_catalogue(po) if po.is_file() else Catalog(locale=language)
        new = Catalog(locale=language, fuzzy=False)
        for message in sorted(gathered, key=lambda each: (str(each.id), each.context or "")):
            if not message.id:
                continue
            kept = old.get(message.id, context=message.context)
            new.add(
                message.id,
                _as_english(message) if language == "en" else _kept_string(kept),
                locations=message.locations,
                context=message.context,
            )
        po.parent.mkdir(parents=True, exist_ok=True)
        with po.open("wb") as stream:
            stream.write(_HEADER.format(language=language, plural_forms=new.plural_forms).encode())
            write_po(stream, new, width=110, omit_header=True, include_lineno=False)


def _kept_string(kept: Message | None) -> str | tuple[str, ...]:
    if kept is None or not kept.string:
        return ""
    return kept.string if isinstance(kept.string, str) else tuple(kept.string)


def _as_english(message: Message) -> str | tuple[str, ...]:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def main(arguments: Sequence[str]) -> int:
    """Run `compile` or `update`."""
    if list(arguments) == ["update"]:
        from django.conf import settings

        if not settings.configured:
            settings.configure()
        update_catalogues()
        return 0
    if list(arguments) == ["compile"]:
        compile_catalogues()
        return 0
    sys.stderr.write("Say compile or update.\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
