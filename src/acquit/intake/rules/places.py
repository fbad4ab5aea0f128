"""Countries and languages as files name them: by code, or by name in the languages of the house.

The clever idea: the names come from Babel's tables in seven languages, so nothing has to be kept here but the few
words that people use and standards do not.
"""

from __future__ import annotations

from functools import lru_cache

from babel import Locale

from acquit.intake.rules.headers import words_of

_LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
_OTHER_COUNTRIES = {
    "uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "great britain": "GB",
    "eire": "IE", "el": "GR", "usa": "US", "u s a": "US", "us": "US", "united states of america": "US", "holland": "NL",
    "czech republic": "CZ", "brd": "DE", "d": "DE", "a": "AT", "f": "FR", "i": "IT", "e": "ES", "b": "BE", "l": "LU",
    "uae": "AE", "south korea": "KR", "russia": "RU", "macedonia": "MK", "turkey": "TR", "hong kong": "HK",
}  # fmt: skip
_ISO3 = {
    "aut": "AT", "deu": "DE", "che": "CH", "fra": "FR", "ita": "IT", "esp": "ES", "prt": "PT", "nld": "NL", "bel": "BE",
    "lux": "LU", "gbr": "GB", "irl": "IE", "pol": "PL", "cze": "CZ", "svk": "SK", "hun": "HU", "svn": "SI", "hrv": "HR",
    "dnk": "DK", "swe": "SE", "nor": "NO", "fin": "FI", "can": "CA", "aus": "AU", "jpn": "JP", "chn": "CN", "ind": "IN",
    "bra": "BR", "mex": "MX", "rou": "RO", "bgr": "BG", "grc": "GR", "tur": "TR", "zaf": "ZA", "nzl": "NZ", "sgp": "SG",
}  # fmt: skip
_SAP_LANGUAGES = {"d": "de", "e": "en", "f": "fr", "i": "it", "s": "es", "p": "pt", "n": "nl"}


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"}:
                names.setdefault(" ".join(words_of(str(name))), code)
                names[code.lower()] = code
    return names | _ISO3 | _OTHER_COUNTRIES


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).languages.items():
            if len(code) == 2:
                names.setdefault(" ".join(words_of(str(name))), code)
                names[code] = code
    return _SAP_LANGUAGES | names


@lru_cache(maxsize=2048)
def read_country(text: str) -> str | None:
    """Give the ISO 3166 code of a country written as code or name, or None."""
    return _countries().get(" ".join(words_of(text)))


@lru_cache(maxsize=2048)
def read_language(text: str) -> str | None:
    """Give the ISO 639 code of a language written as code (de, de-AT, D) or name, or None."""
    plain = " ".join(words_of(text))
    return _languages().get(plain) or _languages().get(plain.partition(" ")[0])
