"""A stream whose beginning was looked at, whole again: a pipe or an upload that cannot be rewound reads like a file."""

from __future__ import annotations

import io
from typing import BinaryIO


def rejoin(head: bytes, rest: BinaryIO) -> BinaryIO:
    """Give a stream of the bytes read already and of those that follow."""
    return io.BufferedReader(_Rejoined(head, rest), 1 << 16)


class _Rejoined(io.RawIOBase):
    """A stream whose first bytes were read already."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        super().__init__()
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]  # RawIOBase hands over a writable buffer
        piece = self._head[: len(view)]
        if piece:
            self._head = self._head[len(piece) :]
        else:
            piece = self._rest.read(len(view))
        view[: len(piece)] = piece
        return len(piece)
