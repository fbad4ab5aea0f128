"""The one short message after an act, with the way back.

It travels as a Django message, so it survives the redirect after a POST as well as an htmx swap; the address of the
undo rides in the message's tags.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

UNDO_TAG = "undo:"
WHY_TAG = "undo-why:"


def add_toast(request: HttpRequest, text: str, undo_url: str = "", *, asks_why: bool = False) -> None:
    """Say what has been done; with an `undo_url` (taking a POST) the toast offers to undo it, key U.

    `asks_why`: what is undone is a reversal, so a reason is asked first.
    """
    tag = WHY_TAG if asks_why else UNDO_TAG
    messages.success(request, text, extra_tags=f"{tag}{undo_url}" if undo_url else "", fail_silently=True)


def get_undo_url(extra_tags: str | None) -> str:
    """Read the undo address out of a message's tags; empty when nothing can be undone at once."""
    tags = extra_tags or ""
    return tags[len(UNDO_TAG) :] if tags.startswith(UNDO_TAG) else ""


def get_why_url(extra_tags: str | None) -> str:
    """Read the address of an undo that asks why; empty when there is none."""
    tags = extra_tags or ""
    return tags[len(WHY_TAG) :] if tags.startswith(WHY_TAG) else ""
