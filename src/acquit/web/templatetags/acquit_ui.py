"""The template tags that draw figures, states and signs, so that every page writes them the same way.

Each figure carries its plain machine number in `data-plain` (copying a cell yields that), and becomes a link as soon as
it is given a url: every figure is a door.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django import template
from django.contrib.messages.storage.base import Message
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from acquit.web import figures
from acquit.web.icons import read_icon
from acquit.web.toasts import get_undo_url, get_why_url
from acquit.web.words import TONES, get_status_word

register = template.Library()

Amount = Decimal | int | None


def _locale() -> str:
    return get_language() or "en"


def _figure(text: str | SafeString, plain: str | None, url: str | None, css: str = "") -> SafeString:
    """Wrap a written figure: a link when it has a way down, and the plain number beside it when there is one."""
    if plain is None and not url:
        return format_html('<span class="{}">{}</span>', css, text) if css else format_html("{}", text)
    attributes = format_html(' class="{}"', css) if css else SafeString("")
    if plain is not None:
        attributes += format_html(' data-plain="{}"', plain)
    if url:
        return format_html('<a href="{}"{}>{}</a>', url, attributes, text)
    return format_html("<span{}>{}</span>", attributes, text)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw the icon `name`."""
    return read_icon(name)


@register.simple_tag
def money(value: Amount, currency: str, url: str | None = None) -> SafeString:
    """Write an exact amount with its code after it: 48,316.40 EUR."""
    if value is None:
        return _figure(figures.UNKNOWN, None, url)
    text = format_html(
        "{}\N{NO-BREAK SPACE}<abbr>{}</abbr>", figures.format_amount(value, _locale(), currency), currency
    )
    return _figure(text, figures.plain_amount(value, currency), url, "money")


@register.simple_tag
def amount(value: Amount, currency: str = "", url: str | None = None) -> SafeString:
    """Write an exact amount without a code, for a table whose head names the currency."""
    if value is None:
        return _figure(figures.UNKNOWN, None, url)
    text = figures.format_amount(value, _locale(), currency or None)
    return _figure(text, figures.plain_amount(value, currency or None), url)


@register.simple_tag
def whole(value: Amount, url: str | None = None, *, signed: bool = False) -> SafeString:
    """Write an amount in whole units (the head says so); the exact amount is what a copy yields."""
    if value is None:
        return _figure(figures.UNKNOWN, None, url)
    return _figure(figures.format_whole(value, _locale(), signed=signed), figures.plain_amount(value), url)


@register.simple_tag
def change(value: Amount, currency: str = "", url: str | None = None) -> SafeString:
    """Write a change with its sign: +1,968,410.20."""
    if value is None:
        return _figure(figures.UNKNOWN, None, url)
    text = figures.format_signed(value, _locale(), currency or None)
    return _figure(text, figures.plain_amount(value, currency or None), url)


@register.simple_tag
def key_figure(value: Amount, currency: str = "", url: str | None = None) -> SafeString:
    """Write a key figure: the decimals small and grey behind the whole."""
    if value is None:
        return _figure(figures.UNKNOWN, None, url, "aq-figure")
    text = figures.format_amount(value, _locale(), currency or None)
    head, tail = figures.split_figure(text, _locale())
    written = format_html("{}<small>{}</small>", head, tail) if tail else format_html("{}", head)
    return _figure(written, figures.plain_amount(value, currency or None), url, "aq-figure")


@register.simple_tag
def millions(value: Amount, decimals: int = 1) -> str:
    """Write an amount in millions for a chart or a tile: 12.5 m."""
    return figures.format_millions(value, _locale(), decimals)


@register.simple_tag
def count(value: int | None, url: str | None = None) -> SafeString:
    """Write a number of things: 4,812."""
    return _figure(figures.format_count(value, _locale()), None, url)


@register.simple_tag
def number(value: Decimal | int | None, decimals: int = 2) -> str:
    """Write a number with a fixed count of decimals: 0.75."""
    return figures.format_number(value, _locale(), decimals)


@register.simple_tag
def share(value: Decimal | None, decimals: int = 1) -> str:
    """Write a share given as a fraction of one: 34.2%."""
    return figures.format_share(value, _locale(), decimals)


@register.simple_tag
def amount_text(value: Amount, currency: str = "") -> str:
    """Write an exact amount as plain text, for an attribute or inside a translated sentence."""
    return figures.format_amount(value, _locale(), currency or None)


@register.simple_tag
def money_text(value: Amount, currency: str) -> str:
    """Write an exact amount and its code as plain text, for an attribute or inside a translated sentence."""
    return figures.format_money(value, currency, _locale())


@register.simple_tag
def day(value: date | None) -> SafeString:
    """Write a date in running text: 19 Nov 2026."""
    return _time(value, figures.format_day(value, _locale()))


@register.simple_tag(takes_context=True)
def table_day(context: Context, value: date | None) -> SafeString:
    """Write a date in a table, without its year when that is the business date's."""
    return _time(value, figures.format_table_day(value, _locale(), _business_date(context, value)))


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime | None) -> SafeString:
    """Write when something happened: the time when today, else the day."""
    value = _local(value)
    business_date = _business_date(context, value.date() if value else None)
    return _time(value, figures.format_moment(value, _locale(), business_date))


@register.simple_tag
def day_text(value: date | None) -> str:
    """Write a date as plain text, for an attribute or inside a translated sentence."""
    return figures.format_day(value, _locale())


@register.simple_tag
def clock(value: datetime | None) -> str:
    """Write a time of day."""
    return figures.format_clock(_local(value))


@register.simple_tag
def weekday(value: date) -> str:
    """Write the day of a page's title: Thursday, 19 November."""
    return figures.format_weekday(value, _locale())


@register.simple_tag
def month(value: date) -> str:
    """Write a period's month: November 2026."""
    return figures.format_month(value, _locale())


def _time(value: date | datetime | None, text: str) -> SafeString:
    if value is None:
        return format_html("{}", text)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


def _local(value: datetime | None) -> datetime | None:
    return timezone.localtime(value) if value is not None and timezone.is_aware(value) else value


def _business_date(context: Context, otherwise: date | None) -> date:
    shell = context.get("shell")
    if shell is not None:
        return shell.business_date  # type: ignore[no-any-return]
    return otherwise or date.min


@register.simple_tag
def days(value: int | None, bucket: int | None = None) -> SafeString:
    """Write days past due as a table's number, the swatch of its bucket in front; days to go are grey."""
    text = figures.format_days(value)
    if value is None or value <= 0:
        return format_html('<span class="mut">{}</span>', text)
    age = figures.get_bucket(value) if bucket is None else bucket
    return format_html('<span class="aq-sw aq-b{}"></span><span class="aq-days">{}</span>', age, text)


@register.simple_tag
def days_late(value: int) -> str:
    """Say how late something is: 22 days late, due today, due in 6 days."""
    if value == 0:
        return _("due today")
    if value < 0:
        return ngettext("due in %(days)d day", "due in %(days)d days", -value) % {"days": -value}
    return ngettext("%(days)d day late", "%(days)d days late", value) % {"days": value}


@register.simple_tag
def status(code: str, *, plain: bool = False, text: str = "", tone: str | None = None) -> SafeString:
    """Draw a state: its word from the vocabulary (or `text`, which still takes the state's tone) and a dot."""
    known = get_status_word(code)
    chosen = known.tone if tone is None else tone
    if chosen not in TONES:
        raise LookupError(f"{chosen!r} is no tone")
    css = " ".join(part for part in ("aq-st", "plain" if plain else "", chosen) if part)
    return format_html('<span class="{}">{}</span>', css, text or known.word)


@register.simple_tag
def status_word(code: str) -> str:
    """Write the word of a state alone, for a filter's chip."""
    return str(get_status_word(code).word)


@register.simple_tag
def bucket_name(bucket: int) -> str:
    """Name an ageing bucket as a column head: Not due, 1–30, ... 91+."""
    names = (pgettext("ageing bucket", "Not due"), "1–30", "31–60", "61–90", "91+")
    return names[bucket]


def _spoken_bucket(bucket: int) -> str:
    return (
        pgettext("ageing bucket, spoken", "not due"),
        pgettext("ageing bucket, spoken", "1 to 30 days"),
        pgettext("ageing bucket, spoken", "31 to 60 days"),
        pgettext("ageing bucket, spoken", "61 to 90 days"),
        pgettext("ageing bucket, spoken", "over 90 days"),
    )[bucket]


@register.simple_tag
def ageing(buckets: Sequence[Decimal], size: str = "") -> SafeString:
    """Draw the ageing bar: one segment a bucket that owes something, its sentence as label.

    Credits (a bucket below zero) have no width; the sentence still counts only what is owed.
    """
    owed = [value if value > 0 else Decimal(0) for value in buckets]
    total = sum(owed, Decimal(0))
    css = f"aq-age {size}".strip()
    if total == 0:
        return format_html('<span class="{} none" role="img" aria-label="{}"></span>', css, _("nothing open"))
    parts = [(bucket, value / total) for bucket, value in enumerate(owed) if value > 0]
    label = ", ".join(
        f"{_spoken_bucket(bucket)} {figures.format_share(part, _locale())}" for bucket, part in parts
    )
    segments = format_html_join(
        "",
        '<i class="aq-b{}" style="--w:{}"></i>',
        ((bucket, f"{max(part * 100, Decimal('0.5')):.2f}") for bucket, part in parts),
    )
    return format_html('<span class="{}" role="img" aria-label="{}">{}</span>', css, label, segments)


@register.simple_tag
def swatch(bucket: int) -> SafeString:
    """Draw the small square of a bucket's colour; the amount beside it says what it is."""
    return format_html('<span class="aq-sw aq-b{}"></span>', int(bucket))


@register.simple_tag
def meter(value: Decimal | int, of: Decimal | int, label: str = "", css: str = "") -> SafeString:
    """Draw how much of `of` is reached, from 0 to 100%; without a label it is drawing only."""
    reached = Decimal(value) / Decimal(of) if of else Decimal(0)
    percent = min(max(reached, Decimal(0)), Decimal(1)) * 100
    role = format_html(' role="img" aria-label="{}"', label) if label else mark_safe(' aria-hidden="true"')
    return format_html(
        '<span class="{}"{}><i style="--w:{}"></i></span>', f"aq-meter {css}".strip(), role, f"{percent:.2f}"
    )


@register.simple_tag
def spark(values: Sequence[Decimal | int]) -> SafeString:
    """Draw a series as a small line that ends in a dot; the figure it belongs to says the value."""
    if len(values) < 2:
        return SafeString("")
    low, high = min(values), max(values)
    spread = Decimal(high - low) or Decimal(1)
    step = Decimal(60) / (len(values) - 1)
    points = [
        (f"{2 + step * place:.1f}", f"{21 - Decimal(value - low) / spread * 18:.1f}")
        for place, value in enumerate(values)
    ]
    return format_html(
        '<svg class="aq-spark" width="64" height="24" aria-hidden="true" focusable="false">'
        '<polyline points="{}"/><circle cx="{}" cy="{}" r="2.2"/></svg>',
        " ".join(f"{x},{y}" for x, y in points),
        *points[-1],
    )


@register.simple_tag
def keys(*names: str | int, spoken: bool = False) -> SafeString:
    """Draw key caps. On a button they are for the eye only; the help overlay reads them out."""
    hidden = SafeString("") if spoken else mark_safe(' aria-hidden="true"')
    return format_html_join("", "<kbd{}>{}</kbd>", ((hidden, _key_name(str(name))) for name in names))


def _key_name(name: str) -> str:
    control = pgettext("key cap", "Ctrl")
    return name.replace("Ctrl", control)


@register.simple_tag
def undo_url(message: Message) -> str:
    """Give the address that undoes what a toast says; empty when nothing can be undone."""
    return get_undo_url(message.extra_tags)


@register.simple_tag
def why_url(message: Message) -> str:
    """Give the address that undoes what a toast says once a reason is given; empty when there is none."""
    return get_why_url(message.extra_tags)


@register.simple_tag(takes_context=True)
def off_in_past(context: Context) -> SafeString:
    """Disable an act's button while the page shows the past."""
    shell = context.get("shell")
    return SafeString(" disabled" if shell is not None and shell.is_past else "")


@register.simple_tag
def minutes(wait: timedelta | None) -> int:
    """Give the whole minutes of a wait, at least one; zero when there is none."""
    return 0 if wait is None else max(1, -(-int(wait.total_seconds()) // 60))


@register.simple_tag
def nth(values: Sequence[object], place: int) -> object:
    """Give the value at a place of a sequence."""
    return values[place]


@register.simple_tag
def plain(value: Decimal | int, currency: str = "") -> str:
    """Write an amount for a machine: with a point in every language, for data attributes."""
    return figures.plain_amount(value, currency or None)


@register.simple_tag
def unsigned(value: Decimal) -> Decimal:
    """Give the size of an amount whose sign the words around it say."""
    return value.copy_abs()


@register.simple_tag
def quantity(value: Decimal) -> str:
    """Write a quantity: without decimals it does not have."""
    return figures.format_quantity(value, _locale())


@register.simple_tag(takes_context=True)
def moment_or_day(context: Context, value: datetime | date) -> SafeString:
    """Write when something happened: a moment's time when today, else the day; a day as in a table."""
    return moment(context, value) if isinstance(value, datetime) else table_day(context, value)


@register.simple_tag
def currency_digits(currency: str) -> int:
    """Give the decimals of a currency, for a script that writes amounts."""
    return figures.get_currency_digits(currency)


@register.simple_tag
def act_attributes() -> SafeString:
    """Give the attributes of a form that acts: the page it leads to takes the place of this one, without a reload."""
    return mark_safe(
        'hx-target="#main" hx-select="#main" hx-swap="outerHTML show:none" hx-push-url="true"'
        ' hx-select-oob="#aq-toasts:innerHTML,#aq-nav:outerHTML,#aq-crumbs:outerHTML,#aq-foot:outerHTML"'
        ' hx-disabled-elt="find button"'
    )
