"""The log's settings belong to the process: whoever changes them in a test puts them back."""

import contextlib
import logging
from collections.abc import Iterator

import structlog

from payments.infra.logs import CHATTY
from payments.providers.stripe.kind import SDK


@contextlib.contextmanager
def log_as_before() -> Iterator[None]:
    """Put the log's settings back at the end.

    A command of the command line sends the log to the standard error of that moment. Pytest closes
    that stream after the test, and each line that a later test logs would fail.
    """
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in (*CHATTY, SDK)}
    config = structlog.get_config()
    processors = config["processors"][:]
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, before in levels.items():
            logging.getLogger(name).setLevel(before)
        config["processors"][:] = processors
        structlog.configure(**config)
