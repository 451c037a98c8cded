"""Where Square's buyers get mail: taken only where mail is on, and then encrypted."""

from sandbox.square import LocalSquare
from tests.conftest import Time
from tests.providers.square.conftest import Start
from tests.providers.square.shop import Proxy, SquareShop, opened_shop, order_of
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite
from tests.support.posting import BY_SMTP, address_of

pytestmark = only_on_sqlite


async def test_the_address_comes_with_the_money(
    start: Start, local: LocalSquare, proxy: Proxy, clock: Time
) -> None:
    async with start(**BY_SMTP) as core:
        await put_up(core.runner)
        assert core.mail is not None
        await core.mail.start()
        async with opened_shop(core, local, proxy, clock, SquareShop) as opened:
            bought = await opened.buy()
            await opened.square.pay(order_of(bought), email="ada@example.org")
            await opened.settle()
            assert await address_of(core, bought) == "ada@example.org"
