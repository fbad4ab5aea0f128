"""Distinct company names that sound right and belong to nobody, composed from the word lists."""

from __future__ import annotations

import re
from random import Random

from acquit.intake.sample import phrases, words

_TRANSLITERATION = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)
_NOT_LETTER = re.compile(r"[^a-z0-9]+")
_LEGAL_FORM = re.compile(r" (GmbH & Co\.? KG|gGmbH|GmbH|KG|AG|OHG|e\.K\.|e\.U\.|eGen|eG|Ltd|LLP|plc)$")
_TAKEN_BY_SUPPLIERS = frozenset(
    word for entries in phrases.SUPPLIERS.values() for name, _ in entries for word in name.split()
)


def to_ascii(text: str) -> str:
    """Write umlauts out: 'Müller & Söhne' gives 'Mueller & Soehne'."""
    return text.translate(_TRANSLITERATION)


def without_legal_form(name: str) -> str:
    """Give the name as people say it: 'Heizungsbau Dachsberg GmbH' gives 'Heizungsbau Dachsberg'."""
    return _LEGAL_FORM.sub("", name)


def mail_domain(name: str) -> str:
    """Make a domain below the reserved `.example` from the first words of a name."""
    plain = _NOT_LETTER.sub("-", to_ascii(without_legal_form(name)).lower()).strip("-")
    parts = plain.split("-")[:3]
    return "-".join(parts[:-1] if parts[-1] in {"und", "and", "fuer"} else parts) + ".example"


class NameMaker:
    """Gives names that it has not given before; two makers with the same random source give the same names."""

    def __init__(self, rng: Random, taken: set[str]) -> None:
        self._rng = rng
        self._taken = taken

    def make_name(self, country: str) -> str:
        """Give a new name of a firm or institution of the country."""
        while True:
            name = self._compose(country)
            if name not in self._taken:
                self._taken.add(name)
                return name

    def make_surname(self, country: str) -> str:
        """Give a surname; it may have been given before, as surnames are."""
        while True:
            tail = self._rng.choice(words.SURNAME_TAILS[country])
            surname = _join(self._rng.choice(words.SURNAME_HEADS[country]), tail)
            if surname not in _TAKEN_BY_SUPPLIERS:
                return surname

    def _compose(self, country: str) -> str:
        rng = self._rng
        if rng.random() < 0.1:
            place = _join(rng.choice(words.PLACE_HEADS[country]), rng.choice(words.PLACE_TAILS[country]))
            return rng.choice(words.INSTITUTIONS[country]).format(place=place)
        surname = self.make_surname(country)
        trade, form = rng.choice(words.TRADES[country]), rng.choice(words.FORMS[country])
        if country == "GB":
            return self._compose_british(surname, trade, form)
        pattern = rng.choice(
            (
                "{surname} {trade} {form}",
                "{surname} {trade} {form}",
                "{trade} {surname} {form}",
                "{initial}. {surname} {trade} {form}",
                "{surname} & {second} {trade} {form}",
                "{surname} & Söhne {trade} {form}",
                "Gebrüder {surname} {trade} {form}",
            )
        )
        return pattern.format(
            surname=surname,
            second=self.make_surname(country),
            initial=rng.choice(words.FIRST_INITIALS),
            trade=trade,
            form=form,
        )

    def _compose_british(self, surname: str, trade: str, form: str) -> str:
        pattern = self._rng.choice(
            (
                "{surname} {trade} {form}",
                "{surname} {trade} {form}",
                "{surname} & Sons {trade} {form}",
                "{surname} and {second} {form}",
                "{initial} {surname} {trade} {form}",
            )
        )
        return pattern.format(
            surname=surname,
            second=self.make_surname("GB"),
            initial=self._rng.choice(words.FIRST_INITIALS),
            trade=trade,
            form=form,
        )


def _join(head: str, tail: str) -> str:
    """Join two syllables without tripling a letter or doubling an ending."""
    if head.endswith(tail[0]) and head[-2:-1] == tail[0]:
        return head + tail[1:]
    return head + tail
