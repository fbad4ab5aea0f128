"""Numbers that pass every checksum and belong to nobody.

Bank codes and tax numbers start with digits that no register gives out (German bank codes with 99, VAT ids with 9,
and so on): the check digits hold, the account does not exist.
"""

from __future__ import annotations

from random import Random

from stdnum import iban as iban_number
from stdnum import luhn
from stdnum.ch import uid as swiss_uid
from stdnum.gb import vat as british_vat
from stdnum.iso7064 import mod_11_10

_BANK_CODES = {"DE": "99{:06d}", "AT": "99{:03d}", "CH": "99{:03d}", "GB": "ZZBK99{:04d}"}
_ACCOUNT_DIGITS = {"DE": 10, "AT": 11, "CH": 12, "GB": 8}


def make_iban(country: str, rng: Random) -> str:
    """Make an IBAN of the country with right check digits at a bank that does not exist."""
    code = _BANK_CODES[country]
    width = int(code[code.index(":0") + 2 : -2])
    bank = code.format(rng.randrange(1, 10**width))
    digits = _ACCOUNT_DIGITS[country]
    account = f"{rng.randrange(10 ** (digits - 2), 10**digits):0{digits}d}"
    check = iban_number.calc_check_digits(f"{country}00{bank}{account}")
    return f"{country}{check}{bank}{account}"


def make_vat_id(country: str, rng: Random) -> str:
    """Make a VAT id of the country with a right check digit, from a range no register has given out."""
    if country == "DE":
        digits = f"9{rng.randrange(10**7):07d}"
        return f"DE{digits}{mod_11_10.calc_check_digit(digits)}"
    if country == "AT":
        digits = f"99{rng.randrange(10**5):05d}"
        return f"ATU{digits}{(6 - luhn.checksum(digits)) % 10}"
    if country == "CH":
        while True:
            digits = f"99{rng.randrange(10**6):06d}"
            check = swiss_uid.calc_check_digit(digits)
            if len(check) == 1:
                return f"CHE-{digits[:3]}.{digits[3:6]}.{digits[6:]}{check} MWST"
    digits = f"99{rng.randrange(10**5):05d}"
    weighted = british_vat.checksum(digits + "00")
    return f"GB{digits}{(-weighted) % 97:02d}"
