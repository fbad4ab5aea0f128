"""What stands around every page: who works, for which company, as of when, and whether the books agree.

A page never reads these for itself. The context processor fills one frozen `Shell` a request, and the base layout draws
it; what is not known yet is `None` and is drawn as unknown or left out, never as zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from acquit.web.preferences import Preferences

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Person:
    """The one who is logged in."""

    name: str
    login: str
    is_staff: bool = False

    @property
    def initials(self) -> str:
        """First letters of the first and the last name, for the round sign in the top bar."""
        parts = self.name.split() or [self.login]
        letters = parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else parts[0][1:2])
        return letters.upper()


@dataclass(frozen=True, slots=True)
class CompanyChoice:
    """A company the user may see, as offered in the top bar. `key` is what the address and the cookie carry."""

    key: str
    name: str
    currency: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class Counters:
    """What waits for this user in each queue of Work; `None` is not known and draws no number."""

    worklist: int | None = None
    cash: int | None = None


@dataclass(frozen=True, slots=True)
class BooksState:
    """The last consistency check: how many of its queries found something, and the difference they found."""

    violations: int | None = None
    difference_amount: Decimal | None = None
    checked_at: datetime | None = None

    @property
    def is_agreed(self) -> bool | None:
        """True when the last check found nothing, `None` when there has been none."""
        return None if self.violations is None else self.violations == 0


@dataclass(frozen=True, slots=True)
class LongWork:
    """A run under way: how much of it is done, reported in the status bar while the user does something else."""

    label: str
    done: int
    total: int
    url: str

    @property
    def percent(self) -> int:
        """Whole percent done, never 100 before the end."""
        return min(100, self.done * 100 // self.total) if self.total > 0 else 0


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One place in the navigation."""

    url: str
    label: Words
    icon: str
    go_key: str
    counter: int | None = None
    counter_url: str = ""
    is_current: bool = False
    on_phone: bool = False
    short_label: Words = ""


@dataclass(frozen=True, slots=True)
class NavGroup:
    """A named group of places; the last one has no name and stands at the foot."""

    label: Words
    entries: tuple[NavEntry, ...]


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything the base layout draws around a page."""

    business_date: date
    as_of: date
    preferences: Preferences
    person: Person | None = None
    companies: tuple[CompanyChoice, ...] = ()
    company: CompanyChoice | None = None
    currency: str = ""
    books: BooksState = field(default_factory=BooksState)
    bank_read_until: datetime | None = None
    open_period: date | None = None
    work: tuple[LongWork, ...] = ()
    navigation: tuple[NavGroup, ...] = ()

    @property
    def is_past(self) -> bool:
        """True when the page shows another day than today: it can be read, not changed."""
        return self.as_of != self.business_date

    @property
    def phone_entries(self) -> tuple[NavEntry, ...]:
        """The places of the bottom bar on the phone."""
        return tuple(entry for group in self.navigation for entry in group.entries if entry.on_phone)

    @property
    def more_entries(self) -> tuple[NavEntry, ...]:
        """The places behind More on the phone."""
        return tuple(entry for group in self.navigation for entry in group.entries if not entry.on_phone)


@dataclass(frozen=True, slots=True)
class _Place:
    view: str
    label: Words
    icon: str
    go_key: str
    counter: str = ""
    counter_view: str = ""
    on_phone: bool = False
    short_label: Words = ""


_PLACES: tuple[tuple[Words, tuple[_Place, ...]], ...] = (
    (
        _("Work"),
        (
            _Place("web:home", _("Today"), "smart-home", "t", on_phone=True),
            _Place(
                "web:worklist",
                _("Worklist"),
                "phone-call",
                "w",
                "worklist",
                "web:counters",
                on_phone=True,
                short_label=pgettext_lazy("bottom bar of the phone", "List"),
            ),
            _Place("web:cash", _("Cash"), "cash", "c", "cash", on_phone=True),
        ),
    ),
    (
        _("Records"),
        (
            _Place("web:customers", _("Customers"), "users", "u"),
            _Place("web:items", _("Items"), "receipt", "i"),
            _Place("web:statements", _("Bank statements"), "building-bank", "b"),
            _Place("web:debits", _("Direct debits"), "transfer-in", "l"),
        ),
    ),
    (
        _("Books"),
        (
            _Place("web:journal", _("Journal"), "book-2", "j"),
            _Place("web:checks", _("Periods, checks"), "calendar-check", "p"),
        ),
    ),
    ("", (_Place("web:intake", _("Drop files"), "upload", "f"),)),
)


def build_navigation(path: str, counters: Counters) -> tuple[NavGroup, ...]:
    """Lay out the navigation for the page at `path`; a place without an address is absent, never a dead link."""
    groups: list[NavGroup] = []
    addresses = {place.view: _address_of(place.view) for _label, places in _PLACES for place in places}
    current = _current_view(path, addresses)
    for label, places in _PLACES:
        entries = tuple(
            NavEntry(
                url=addresses[place.view],
                label=place.label,
                icon=place.icon,
                go_key=place.go_key,
                counter=getattr(counters, place.counter) if place.counter else None,
                counter_url=_address_of(place.counter_view) if place.counter_view else "",
                is_current=place.view == current,
                on_phone=place.on_phone,
                short_label=place.short_label or place.label,
            )
            for place in places
            if addresses[place.view]
        )
        if entries:
            groups.append(NavGroup(label, entries))
    return tuple(groups)


def list_place_views() -> Sequence[str]:
    """Name the views the navigation knows, in its order."""
    return [place.view for _label, places in _PLACES for place in places]


def _address_of(view: str) -> str:
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""


def _current_view(path: str, addresses: dict[str, str]) -> str | None:
    """Find the place whose address begins the path; the home page only when it is the path itself."""
    found = [
        (len(address), view)
        for view, address in addresses.items()
        if address and (path == address or (address != "/" and path.startswith(address)))
    ]
    return max(found)[1] if found else None
