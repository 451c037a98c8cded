"""A shop at each provider that can set money aside."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Final

import pytest

from tests.conftest import Time
from tests.providers.checks.paypal_shop import paypal_shop
from tests.providers.checks.shop import CheckedShop
from tests.providers.checks.stripe_shop import stripe_shop

SHOPS: Final[dict[str, Callable[[str, Time], AbstractAsyncContextManager[CheckedShop]]]] = {
    "paypal": paypal_shop,
    "stripe": stripe_shop,
}


@pytest.fixture(params=sorted(SHOPS))
async def shop(
    request: pytest.FixtureRequest, database_url: str, clock: Time
) -> AsyncIterator[CheckedShop]:
    async with SHOPS[request.param](database_url, clock) as opened:
        yield opened
