"""Codes are for their buyers alone: no subscriber gets one, however much it subscribes to."""

import json

from payments.commands.shop.codes import ReplaceCode
from payments.commands.shop.fulfil import FulfilOrder
from payments.commands.shop.return_order import ReturnOrder
from payments.domain.values.guilds import EVERYTHING
from payments.domain.values.ids import OrderId
from payments.domain.values.items import ItemKind
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.support.commands import grant
from tests.support.counter import add_real_codes
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA, GUILD
from tests.support.shopping import about, add_item, offer, place
from tests.support.subscribed import Fixture

pytestmark = only_on_sqlite

KEY = offer("Key", ItemKind.CODE)
AGREED = offer("Key for whoever is chosen", ItemKind.CODE, by_person=True)


async def test_a_subscriber_to_everything_reads_no_code(
    there: Fixture, runner: Runner, queries: Queries
) -> None:
    await there.add(kinds=(EVERYTHING,))
    await runner.run(grant(1_000, ADA))
    codes = {each.name: [f"{each.name}-{n:04}" for n in range(3)] for each in (KEY, AGREED)}
    for of in (KEY, AGREED):
        await runner.run(add_item(of))
        await add_real_codes(runner, of, there.encryptor, codes[of.name])
    await runner.run(place(KEY, "one"))
    (given,) = await queries.codes_of(GUILD, OrderId("one"))
    await runner.run(ReplaceCode(**about("one"), code=given.id))
    await runner.run(ReturnOrder(**about("one"), reason="It was meant for another game"))
    await runner.run(place(AGREED, "two"))
    await runner.run(FulfilOrder(**about("two")))
    stored = [
        code.encrypted
        for each in ("one", "two")
        for code in await queries.codes_of(GUILD, OrderId(each))
    ]
    for each in await there.waiting():
        await there.deliver(each)
    bodies = [body for _, body in there.program.taken]
    told = {json.loads(body)["type"] for body in bodies}
    assert told >= {"order.placed", "order.fulfilled", "order.code_replaced", "order.returned"}
    secrets = [*codes[KEY.name], *codes[AGREED.name], *stored, given.encrypted]
    assert [each for each in secrets if any(each in body for body in bodies)] == []
