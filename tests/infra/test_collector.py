"""The collector rests while somebody asked for it, and works again when the last is done."""

from __future__ import annotations

import gc

import pytest

from acquit.infra.collector import paused_collector


def test_it_rests_until_the_last_is_done() -> None:
    assert gc.isenabled()
    with paused_collector():
        with paused_collector():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_works_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="broken"), paused_collector():
        raise ValueError("broken")
    assert gc.isenabled()
