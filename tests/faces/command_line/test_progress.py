"""Bars are for people at a terminal, and machines read JSON."""

import pytest

from app.cli.progress import progress


def test_nothing_is_drawn_where_nobody_looks(capfd: pytest.CaptureFixture[str]) -> None:
    with progress("Working") as on_progress:
        on_progress(1, 2)
    assert capfd.readouterr() == ("", "")


def test_at_a_terminal_it_is_seen_how_far_it_is(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with progress("Working") as on_progress:
        on_progress(1, 2)
    shown = capfd.readouterr()
    assert "Working" in shown.err
    assert shown.out == ""
