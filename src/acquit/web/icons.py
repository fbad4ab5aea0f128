"""The drawn signs of the product, as inline SVG.

Only the icons that a page uses are shipped, as published by Tabler; they are drawn thinner (1.5 of 24) and take the
colour and the size of the text around them. An icon never speaks: readers skip it, the word beside it is its name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe

ICON_FOLDER = Path(__file__).parent / "icons"
_NAME = re.compile(r"[a-z0-9-]+")
_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_FRAME = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'


class UnknownIconError(LookupError):
    """A template asked for an icon that is not shipped."""


@lru_cache(maxsize=256)
def read_icon(name: str) -> SafeString:
    """Give the inline SVG of the icon `name` (its Tabler name); refuses a name that is not shipped."""
    path = ICON_FOLDER / f"{name}.svg"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise UnknownIconError(f"there is no icon {name!r} in {ICON_FOLDER.name}/")
    found = _SHAPES.search(path.read_text(encoding="utf-8"))
    if found is None:
        raise UnknownIconError(f"the file of icon {name!r} holds no drawing")
    shapes = " ".join(found.group(1).replace(_FRAME, "").split())
    return mark_safe(  # noqa: S308 - the drawing is a file of ours
        '<svg class="ti" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.5"'
        f' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{shapes}</svg>'
    )


def list_icons() -> list[str]:
    """List the names of all icons shipped, sorted."""
    return sorted(path.stem for path in ICON_FOLDER.glob("*.svg"))
