"""Every piece of a remittance text that could be a document's number is offered, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.cash.rules.remittance_text import (
    TEXT_LENGTH_AT_MOST,
    clean_text,
    list_keys,
    read_references,
    read_remittance,
    read_tokens,
    said_of,
)
from acquit.core.references import normalise_reference, rf_reference
from tests.cash.facts import receipt


def keys(text: str) -> set[str]:
    return {token.key for token in read_tokens(text)}


@pytest.mark.parametrize(
    "text",
    [
        "RE-2026-004711",
        "Rechnung RE 2026 - 004711 vom 02.03.2026",
        "RE2026004711",
        "re/2026/004711",
        "ZAHLUNG RE-2026-\n004711",
        "RE-2026-0047\n11 DANKE",
        "RE-2026-004711VOM 02.03.",
        "RE-2026-004711,RE-2026-004712",
        "RE–2026–004711",
        "ＲＥ２０２６００４７１１",
    ],
)
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    assert "RE2026004711" in keys(text)


def test_the_number_without_its_letters_is_offered_too() -> None:
    assert {"2026004711", "004711"} <= keys("RE-2026-004711")
    assert "2026004711" in keys("ZAHLUNGRE-2026-004711VOM 02.03.")


def test_a_token_says_where_it_stands() -> None:
    text = "Zahlung für RE 2026-004711, danke"

    [token] = [token for token in read_tokens(text) if token.key == "RE2026004711"]

    assert text[token.start : token.end] == "RE 2026-004711"


def test_words_alone_and_short_numbers_are_no_candidates() -> None:
    assert keys("Zahlung wie besprochen") == set()
    assert keys("besprochene 14 Lieferungen") == set()
    assert keys("A1 7") == {"A17"}


def test_two_numbers_glued_together_are_not_read_as_a_third() -> None:
    assert keys("2026-04711 2026-04712") >= {"202604711", "202604712"}


@given(st.text(max_size=300))
def test_any_text_gives_candidates_that_lie_where_they_say(text: str) -> None:
    for token in read_tokens(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.key == normalise_reference(token.key)
        assert 3 <= len(token.key) <= 40
        assert not token.key.isalpha()
        assert token.key in normalise_reference(text[token.start : token.end])


@given(
    st.from_regex(r"[A-Z]{0,3}[-/ ]?20[0-9]{2}[-/ ]?[0-9]{3,7}", fullmatch=True),
    st.sampled_from(["", "Zahlung ", "RG.NR. ", "(", "§ "]),
    st.sampled_from(["", " danke", ", ", ")", "\n"]),
)
def test_a_written_number_is_always_among_the_candidates(number: str, before: str, after: str) -> None:
    assert normalise_reference(number) in keys(f"{before}{number}{after}")


def test_a_hostile_text_is_read_to_its_bound_and_no_further() -> None:
    far = "1" * (TEXT_LENGTH_AT_MOST + 50) + " RE-2026-004711"

    assert "RE2026004711" not in keys(far)
    assert len(list(read_tokens("7 " * TEXT_LENGTH_AT_MOST))) < 6 * TEXT_LENGTH_AT_MOST


def test_structured_references_are_found_in_their_field_and_in_the_text() -> None:
    reference = rf_reference("539007547034")

    assert read_references(reference, "", "") == {reference}
    assert reference in read_references("", "", "payment RF18 5390 0754 7034 thanks")
    assert read_references("", "", "RF18 5390 0754 7035") == frozenset()
    assert read_references("+++090/9337/55493+++", "", "") >= {"090933755493"}


def test_all_fields_are_looked_up_together() -> None:
    fact = receipt("1.00", "RE 2026-1", end_to_end_id="KD-4471", structured_reference="")

    assert list_keys([read_remittance(fact)]) >= {"RE20261", "20261", "KD4471"}


@pytest.mark.parametrize(
    ("text", "stored"), [("a\x00b", "ab"), ("a\ud800b", "ab"), ("Grüße €", "Grüße €"), ("", "")]
)
def test_what_cannot_be_stored_is_taken_out(text: str, stored: str) -> None:
    assert clean_text(text) == stored


def test_an_endless_text_is_cut_where_it_shows() -> None:
    cut = clean_text("x" * 30_000)

    assert len(cut) == TEXT_LENGTH_AT_MOST
    assert cut.endswith("x…")


def test_two_receipts_say_the_same_whatever_the_signs() -> None:
    assert said_of("RE 2026-1, danke", "") == said_of("re2026 1 DANKE", "")
    assert said_of("RE 1", "RF18") != said_of("RE 1", "")
