"""An installation that sends mail to a local server."""

from collections.abc import AsyncIterator

import pytest

from sandbox.mail.server import LocalMail
from tests.conftest import Time
from tests.support.posting import PostOffice, post_office


@pytest.fixture
async def local() -> AsyncIterator[LocalMail]:
    server = LocalMail()
    await server.start()
    yield server
    await server.close()


@pytest.fixture
async def post(database_url: str, clock: Time, local: LocalMail) -> AsyncIterator[PostOffice]:
    async with post_office(database_url, clock, local) as office:
        yield office
