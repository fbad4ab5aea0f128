"""The template tags: markup, links, copies, labels. No database, no browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation

from acquit.web import icons
from acquit.web.templatetags import acquit_ui
from acquit.web.words import STATUS_WORDS, TONES

TEMPLATES = Path(icons.__file__).parent / "templates"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def render(source: str, **values: object) -> str:
    return Template("{% load acquit_ui %}" + source).render(Context(values))


def test_money_carries_its_plain_number_and_its_code_small() -> None:
    assert render("{% money a 'EUR' %}", a=Decimal("48316.40")) == (
        '<span class="money" data-plain="48316.40">48,316.40\N{NO-BREAK SPACE}<abbr>EUR</abbr></span>'
    )


def test_a_figure_with_a_url_is_a_link() -> None:
    assert render("{% money a 'EUR' url='/items/7/' %}", a=Decimal(-2380)) == (
        '<a href="/items/7/" class="money" data-plain="-2380.00">−2,380.00\N{NO-BREAK SPACE}<abbr>EUR</abbr></a>'
    )
    assert render("{% amount a 'JPY' url='/x' %}", a=Decimal(1250000)) == (
        '<a href="/x" data-plain="1250000">1,250,000</a>'
    )


def test_german_separators() -> None:
    with translation.override("de"):
        assert ">48.316,40\N{NO-BREAK SPACE}<abbr>EUR</abbr>" in render(
            "{% money a 'EUR' %}", a=Decimal("48316.4")
        )
        assert render("{% days_late 22 %}") == "22 Tage überfällig"
        assert render("{% days_late 1 %}") == "1 Tag überfällig"
        assert (
            render("{% keys 'Ctrl' 'K' %}")
            == '<kbd aria-hidden="true">Strg</kbd><kbd aria-hidden="true">K</kbd>'
        )


@pytest.mark.parametrize(
    "tag", ["money a 'EUR'", "amount a", "whole a", "change a", "count a", "number a", "share a"]
)
def test_unknown_is_an_en_dash(tag: str) -> None:
    assert render("{% " + tag + " %}", a=None) == "–"


def test_a_hostile_currency_or_address_cannot_break_out() -> None:
    assert "<script>" not in render("{% money a c url=u %}", a=Decimal(1), c="<script>", u='"><script>')


def test_a_key_figure_sets_its_decimals_small() -> None:
    assert render("{% key_figure a 'EUR' %}", a=Decimal("12486310.42")) == (
        '<span class="aq-figure" data-plain="12486310.42">12,486,310<small>.42</small></span>'
    )


def test_dates_leave_out_the_business_years_year() -> None:
    shell = SimpleNamespace(business_date=date(2026, 11, 19))
    assert (
        render("{% table_day d %}", d=date(2026, 10, 3), shell=shell)
        == '<time datetime="2026-10-03">3 Oct</time>'
    )
    assert render("{% table_day d %}", d=date(2025, 10, 3), shell=shell).endswith(">3 Oct 2025</time>")
    assert render("{% day d %}", d=date(2026, 10, 3)) == '<time datetime="2026-10-03">3 Oct 2026</time>'
    assert render("{% table_day d %}", d=None, shell=shell) == "–"


def test_days_show_the_swatch_of_their_bucket_only_when_late() -> None:
    assert render("{% days 47 %}") == '<span class="aq-sw aq-b2"></span><span class="aq-days">47</span>'
    assert render("{% days d %}", d=-6) == '<span class="mut">−6</span>'
    assert render("{% days d %}", d=0) == '<span class="mut">0</span>'


def test_the_ageing_bar_says_its_shares_in_a_sentence() -> None:
    bar = render("{% ageing b 'big' %}", b=[Decimal(50), Decimal(25), Decimal(0), Decimal(-10), Decimal(25)])
    assert bar == (
        '<span class="aq-age big" role="img" aria-label="not due 50.0%, 1 to 30 days 25.0%, over 90 days 25.0%">'
        '<i class="aq-b0" style="--w:50.00"></i><i class="aq-b1" style="--w:25.00"></i>'
        '<i class="aq-b4" style="--w:25.00"></i></span>'
    )


def test_an_empty_ageing_bar_says_that_nothing_is_open() -> None:
    assert 'aria-label="nothing open"' in render("{% ageing b %}", b=[Decimal(0)] * 5)


def test_a_meter_stays_within_its_length() -> None:
    assert 'style="--w:100.00"' in render("{% meter 3 2 %}")
    assert 'style="--w:0.00"' in render("{% meter a 2 %}", a=Decimal(-1))
    assert 'style="--w:0.00"' in render("{% meter 1 0 %}")
    assert 'role="img" aria-label="half"' in render("{% meter 1 2 'half' %}")


def test_a_spark_of_equal_or_too_few_values() -> None:
    assert render("{% spark s %}", s=[Decimal(1)]) == ""
    assert 'points="2.0,21.0 62.0,21.0"' in render("{% spark s %}", s=[Decimal(5), Decimal(5)])


def test_a_state_is_a_word_with_a_tone() -> None:
    assert render("{% status 'SHORT_PAID' %}") == '<span class="aq-st warn">Short paid</span>'
    assert (
        render("{% status 'SHORT_PAID' plain=True %}") == '<span class="aq-st plain warn">Short paid</span>'
    )
    with pytest.raises(LookupError, match="no word for the state"):
        render("{% status 'NEW_STATE' %}")


def test_every_word_of_the_vocabulary_has_a_known_tone() -> None:
    assert {word.tone for word in STATUS_WORDS.values()} <= set(TONES)


def test_exactly_the_icons_that_are_used_are_shipped() -> None:
    sources = [path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")]
    package = TEMPLATES.parent
    sources += [path.read_text(encoding="utf-8") for path in package.rglob("*.py")]
    text = "\n".join(sources)
    shipped = set(icons.list_icons())
    named = set(re.findall(r'{% icon ["\']([a-z0-9-]+)["\']', text))
    assert named - shipped == set()
    unused = {name for name in shipped if not re.search(rf'["\']{re.escape(name)}["\']', text)}
    assert unused == set()


def test_an_icon_is_hidden_from_readers_and_an_unknown_one_is_refused() -> None:
    drawn = render("{% icon 'cash' %}")
    assert drawn.startswith('<svg class="ti"')
    assert 'aria-hidden="true"' in drawn
    with pytest.raises(icons.UnknownIconError):
        icons.read_icon("../../secrets")


def test_inline_styles_carry_widths_and_nothing_else() -> None:
    package = TEMPLATES.parent
    places = [*TEMPLATES.rglob("*.html"), Path(acquit_ui.__file__), *package.glob("*.py")]
    styles = [
        found for path in places for found in re.findall(r'style="([^"]*)"', path.read_text(encoding="utf-8"))
    ]
    assert styles
    assert [style for style in styles if not re.fullmatch(r"--[a-z]+:(\{\}|\{\{ [\w.]+ \}\})", style)] == []
