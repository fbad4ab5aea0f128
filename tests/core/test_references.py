"""References with check digits: made, checked, and found inside free text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.references import (
    BadReference,
    ReferenceKind,
    StructuredReference,
    find_structured_references,
    finnish_reference,
    german_vat_check_digit,
    iban_remainder,
    is_finnish_reference,
    is_german_vat_id,
    is_iban,
    is_ogm_reference,
    is_qr_iban,
    is_qrr_reference,
    is_rf_reference,
    normalise_reference,
    ogm_reference,
    qrr_reference,
    rf_reference,
)
from tests.shared_data import shared_data

RF_BASES = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=21)
DIGITS = st.text(alphabet="0123456789", min_size=1, max_size=10)

CHECKS = {
    "iso11649": is_rf_reference,
    "iban": is_iban,
    "qr_iban": is_qr_iban,
    "swiss_qrr": is_qrr_reference,
    "be_ogm": is_ogm_reference,
    "fi_viite": is_finnish_reference,
}


def test_the_public_examples() -> None:
    cases = json.loads(shared_data("worked_examples/structured_references.json").read_text())
    assert len(cases) >= 11
    for case in cases:
        check = CHECKS[case["inputs"]["kind"]]
        assert check(case["inputs"]["value"]) is case["expected"]["valid"], case["id"]


@given(base=RF_BASES)
def test_an_rf_reference_checks_and_with_other_check_digits_does_not(base: str) -> None:
    reference = rf_reference(base)

    assert reference.endswith(base)
    assert is_rf_reference(reference)
    assert is_rf_reference(" ".join(reference[n : n + 4] for n in range(0, len(reference), 4)).lower())
    assert not is_rf_reference(f"RF{int(reference[2:4]) + 1:02d}{base}")


@given(digits=st.text(alphabet="0123456789", min_size=1, max_size=26), place=st.integers(0, 26))
def test_a_qr_reference_checks_and_one_wrong_digit_does_not(digits: str, place: int) -> None:
    reference = qrr_reference(digits)

    assert len(reference) == 27
    assert is_qrr_reference(reference)
    wrong = str((int(reference[place]) + 1) % 10)
    assert not is_qrr_reference(reference[:place] + wrong + reference[place + 1 :])


@given(digits=DIGITS)
def test_a_belgian_reference_checks(digits: str) -> None:
    reference = ogm_reference(digits)

    assert is_ogm_reference(reference)
    assert is_ogm_reference(reference.replace("+", ""))
    assert is_ogm_reference(reference.replace("+", "*"))


@given(digits=st.text(alphabet="0123456789", min_size=3, max_size=19))
def test_a_finnish_reference_checks(digits: str) -> None:
    reference = finnish_reference(digits)

    assert is_finnish_reference(reference)
    assert not is_finnish_reference(reference[:-1] + str((int(reference[-1]) + 1) % 10))


def test_a_belgian_remainder_of_zero_is_written_97() -> None:
    assert ogm_reference("97") == "+++000/0000/09797+++"
    assert is_ogm_reference("000/0000/09797")
    assert not is_ogm_reference("000/0000/09700")


@given(bank=st.text(alphabet="0123456789", min_size=18, max_size=18))
def test_a_german_iban_with_computed_check_digits_is_valid(bank: str) -> None:
    check = 98 - int(bank + "131400") % 97
    iban = f"DE{check:02d}{bank}"

    assert is_iban(iban)
    assert iban_remainder(iban) == 1
    assert not is_iban(iban[:-1] + str((int(iban[-1]) + 1) % 10))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "DE89 3704 0044 0532 0130 0",  # one digit short
        "DE8937040044053201300A",
        "XX12ABCDEFGHIJKLMNOP",
        "DE٨٩370400440532013000",  # Arabic-Indic digits
        "DE89370400440532013000 and more",
    ],
)
def test_what_is_no_iban(text: str) -> None:
    assert not is_iban(text)


def test_a_length_of_another_country_is_no_iban_even_when_its_check_digits_hold() -> None:
    body = "12345678901234"
    check = 98 - int(body + "131400") % 97
    iban = f"DE{check:02d}{body}"

    assert iban_remainder(iban) == 1
    assert not is_iban(iban)


def test_ibans_are_read_with_spaces_and_small_letters() -> None:
    assert is_iban("de89 3704 0044 0532 0130 00")
    assert not is_qr_iban("CH9300762011623852957")
    assert is_qr_iban("CH44 3199 9123 0008 8901 2")


@pytest.mark.parametrize("base", ["", "A" * 22, "Ä1", "12-3", "١٢"])
def test_what_cannot_carry_an_rf_reference_is_refused(base: str) -> None:
    with pytest.raises(BadReference):
        rf_reference(base)


def test_what_cannot_be_referenced_is_refused() -> None:
    for act in (
        lambda: qrr_reference("1" * 27),
        lambda: qrr_reference("12a"),
        lambda: ogm_reference("1" * 11),
        lambda: finnish_reference("12"),
        lambda: german_vat_check_digit("1234567"),
        lambda: iban_remainder("nonsense"),
    ):
        with pytest.raises(BadReference):
            act()


def test_german_vat_ids() -> None:
    assert is_german_vat_id("DE 136 695 976")
    assert not is_german_vat_id("136695976")
    assert not is_german_vat_id("DE036695976")
    assert not is_german_vat_id("DE1366959760")


def test_references_are_normalised_to_capitals_and_digits() -> None:
    assert normalise_reference("inv 2026/000-123") == "INV2026000123"
    assert normalise_reference("Re.-Nr. ＲＥ１２") == "RENRRE12"
    assert normalise_reference("Größe") == "GRSSE"
    assert normalise_reference("…") == ""


def rf(value: str) -> StructuredReference:
    return StructuredReference(ReferenceKind.RF, value)


def test_references_are_found_in_what_banks_print() -> None:
    text = (
        "GUTSCHRIFT RF18 5390 0754 7034 Rechnung März, QRR 21 00000 00003 13947 14300 09017 und "
        "210000000003139471430009017; VCS +++010/8068/17183+++ ref rf68ab2g5"
    )

    assert find_structured_references(text) == [
        rf("RF18539007547034"),
        rf("RF68AB2G5"),
        StructuredReference(ReferenceKind.QRR, "210000000003139471430009017"),
        StructuredReference(ReferenceKind.OGM, "010806817183"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "RF18539007547034",
        "SCOR/RF18539007547034/EUR",
        "paymentRF18539007547034",
        "RF185390\r\n07547034",
        "RF18 5390\n0754 7034",
        "RF18\t5390  0754 7034",
        "RF12 RF18 5390 0754 7034 x",
        "(RF18 5390 0754 7034)",
    ],
)
def test_an_rf_reference_is_found_however_it_is_printed(text: str) -> None:
    assert rf("RF18539007547034") in find_structured_references(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "RF19539007547034",
        "RF18",
        "invoice 210000000003139471430009018",
        "1210000000003139471430009017",
        "010/8068/17184",
        "1/010/8068/17183",
        "12345678901234567890",
    ],
)
def test_nothing_is_found_where_nothing_checks(text: str) -> None:
    assert find_structured_references(text) == []


@given(
    base=RF_BASES,
    before=st.sampled_from(["", "Pmt ", "Zahlung:\n"]),
    after=st.sampled_from(["", " danke", ", INV 7"]),
)
def test_every_printed_rf_reference_is_found(base: str, before: str, after: str) -> None:
    reference = rf_reference(base)
    grouped = " ".join(reference[n : n + 4] for n in range(0, len(reference), 4))

    assert rf(reference) in find_structured_references(f"{before}{reference}{after}")
    assert rf(reference) in find_structured_references(f"{before}{grouped}{after}")


def test_a_megabyte_of_near_misses_is_read_quickly() -> None:
    assert find_structured_references("RF12 ABCD 1234 " * 60_000) == []
