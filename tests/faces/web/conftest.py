"""The web face, over a real store."""

import socket

import pytest

from tests.support.api import api, sold
from tests.support.web import inbox, open_payment, parts, provider, web

__all__ = ["api", "inbox", "open_payment", "parts", "provider", "sold", "web"]


@pytest.fixture
def web_port() -> object:
    """A port that is taken."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]
