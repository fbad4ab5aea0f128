"""Names, account numbers and what banks do to names. No list holds a company: names arise from combining words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from random import Random

from stdnum.iban import calc_check_digits

_SURNAMES = {
    "de": "Ahrens Behnke Cordes Dittmar Eggert Fährmann Göbel Hübner Ißbrücker Jäger Köhler Löffler Möller Nöthen "
    "Oßwald Pröll Quast Rößler Schönfeld Tübben Übelacker Völkel Wüst Zöllner Bärmann Grünwald Kühnast Lübke Nägele "
    "Pfänder Rühl Süßmann Türk Vößing Wöhrle",
    "en": "Ashdown Barwick Colley Dunmore Elstob Fenwick Garrod Hallam Ingle Jephson Kirkby Lodge Marlow Netherby "
    "Oakden Pelham Quarles Radley Selby Thorpe Upton Varley Wexcombe Yardley Aldous Brockley Cranmer Dovell",
    "nl": "Aalbers Bloemhof Cuijpers Dijkgraaf Eerens Fokkema Groothuis Hoogland Ijsselmuiden Janszen Kloosterman "
    "Leeuwenkamp Meulenbeld Noordhoek Oosterveld Pauwels Rietveld Steenbergen Terpstra Uitdehaag Vlasblom",
    "fr": "Aubrac Bélanger Côtard Delépine Étienvre Fréminet Gâtinois Héraud Jaouën Kerbrat Lévêque Mézières Noël "
    "Orléac Périgault Quémener Rougé Sénéchal Thévenet Vézinet",
}
_TRADES = {
    "de": "Maschinenbau Metallbau Großküchen Bürobedarf Gebäudetechnik Sanitär Elektrotechnik Werkzeuge Fördertechnik "
    "Kälteanlagen Möbelwerk Getränke Verpackungen Spedition Baustoffe Gartenbau Druckerei Labortechnik",
    "en": "Engineering Tools Plastics Catering Logistics Packaging Interiors Electrical Controls Foods Textiles Print "
    "Hardware Supplies Instruments Timber",
    "nl": "Bouw Techniek Verpakkingen Groothandel Installaties Transport Machines Kwekerij Drukkerij Meubelen",
    "fr": "Bâtiment Mécanique Emballages Matériaux Électricité Menuiserie Transports Imprimerie Outillage Fournitures",
}
_FORMS = {
    "de": ("GmbH", "GmbH & Co. KG", "AG", "KG", "OHG", "e.K."),
    "en": ("Ltd", "Limited", "plc", "LLP"),
    "us": ("Inc.", "LLC", "Corp."),
    "nl": ("B.V.", "N.V."),
    "fr": ("SARL", "SAS", "SA"),
}
_CITIES = {
    "DE": "Köln Nürnberg Lübeck Hagen Fürth Ulm Kassel Bremen Görlitz",
    "AT": "Linz Graz Wels Steyr Dornbirn",
    "CH": "Zürich Bern Chur Thun Olten",
    "GB": "Leeds York Derby Hull Exeter",
    "US": "Dayton Tulsa Akron Boise Fresno",
    "NL": "Zwolle Breda Arnhem Delft Venlo",
    "BE": "Gent Leuven Mechelen Aalst",
    "FR": "Nîmes Dijon Besançon Angers Orléans",
}
LANGUAGES = {"DE": "de", "AT": "de", "CH": "de", "GB": "en", "US": "en", "NL": "nl", "BE": "nl", "FR": "fr"}
_IBAN_SHAPES = {  # letters of the bank and digits of the rest
    "DE": ("", 18),
    "AT": ("", 16),
    "CH": ("", 17),
    "GB": ("BNCH", 14),
    "NL": ("BNCH", 10),
    "BE": ("", 12),
    "FR": ("", 23),
}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_ACCENTS = str.maketrans("àâçéèêëîïôùûÀÂÇÉÈÊËÎÏÔÙÛ", "aaceeeeiiouuAACEEEEIIOUU")
_FORM = re.compile(
    r" (GMBH & CO\.? KG|GMBH|AG|KG|OHG|E\.K\.|LTD|LIMITED|PLC|LLP|INC\.|LLC|CORP\.|B\.V\.|N\.V\.|SARL|SAS|SA)$"
)
DIGITS = re.compile(r"[0-9]+")


def to_capitals(name: str) -> str:
    """Write a name as old bank systems do: capitals, umlauts written out, no accents."""
    return " ".join(name.translate(_UMLAUTS).translate(_ACCENTS).upper().split())


def make_iban(country: str, rng: Random) -> str:
    """Make an account number with right check digits; a country without IBAN (US) has none: an empty text."""
    shape = _IBAN_SHAPES.get(country)
    if shape is None:
        return ""
    letters, width = shape
    body = f"{letters}{rng.randrange(10 ** (width - 1), 10**width)}"
    return f"{country}{calc_check_digits(f'{country}00{body}')}{body}"


def make_city(country: str, rng: Random) -> str:
    """Give a city of the country."""
    return rng.choice(_CITIES[country].split())


class NameMaker:
    """Gives names that it has not given before; near ones are frequent, as they are in life."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()
        self._surnames = {language: words.split() for language, words in _SURNAMES.items()}
        self._trades = {language: words.split() for language, words in _TRADES.items()}

    def make_name(self, country: str) -> tuple[str, str]:
        """Give the name of a firm and the name it trades under, both new."""
        language = LANGUAGES[country]
        rng = self._rng
        surnames, trades = self._surnames[language], self._trades[language]
        forms = _FORMS["us" if country == "US" else language]
        joint = {"de": "und", "en": "and", "nl": "en", "fr": "et"}[language]
        while True:
            people = rng.sample(surnames, rng.choice((1, 1, 2, 2, 3)))
            trade = rng.choice(trades)
            body = (
                f"{people[0]} {trade}"
                if len(people) == 1
                else f"{' '.join(people[:-1])} {joint} {people[-1]} {trade}"
            )
            if rng.random() < 0.4:
                body = f"{body} {rng.choice(_CITIES[country].split())}"
            name = f"{body} {rng.choice(forms)}"
            trading = f"{people[0][:4]}{trade[:5]}{rng.randrange(10, 10_000)}".capitalize()
            if name not in self._taken and trading not in self._taken:
                self._taken |= {name, trading}
                return name, trading


class NameBook:
    """Counts every way a name may arrive, over all customers: who may be known by a name alone."""

    def __init__(self, names: Iterable[str]) -> None:
        self._counts: Counter[str] = Counter()
        for name in names:
            self._counts.update(self._forms(to_capitals(name)))

    @staticmethod
    def _forms(name: str) -> set[str]:
        return {name, name[:35].strip(), name[:27].strip(), without_form(name)}

    def is_only(self, name: str) -> bool:
        """Tell whether only one customer's name can stand behind this one, its legal form left aside too."""
        shown = to_capitals(name)
        return self._counts[shown] == 1 and self._counts[without_form(shown)] <= 1

    def is_nobody(self, name: str) -> bool:
        """Tell whether no customer's name begins or goes on like this one, its legal form left aside."""
        return not any(self._counts[form] for form in self._forms(to_capitals(name)))


def without_form(name: str) -> str:
    """Give a name in capitals without its legal form."""
    return _FORM.sub("", name)
