"""A test that sets the log up as the program does leaves it as it was."""

import contextlib
import io
import logging

import pytest
import structlog

from payments.infra.logs import CHATTY, configure_logs
from tests.support.logs import log_as_before


def settings() -> object:
    root = logging.getLogger()
    levels = [logging.getLogger(name).level for name in CHATTY]
    return root.handlers[:], root.level, levels, structlog.get_config()


def test_what_is_logged_later_goes_to_no_stream_that_was_closed_since(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = settings()
    with io.StringIO() as stream, log_as_before(), contextlib.redirect_stderr(stream):
        configure_logs(level="CRITICAL", style="json")
        assert settings() != before
    assert settings() == before
    logging.getLogger("library").warning("something")
    assert "Logging error" not in capsys.readouterr().err
