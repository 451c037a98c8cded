"""Who did what about items and orders, in people's words."""

import dataclasses
from typing import Any

from bot.features.audit.words import told
from bot.wording import text
from payments.commands.base import Command, by_member
from payments.commands.shop.end import CancelOrder, DenyOrder
from payments.commands.shop.fulfil import FulfilOrder
from payments.commands.shop.items import EditItem, RestockItem, RetireItem
from payments.commands.shop.return_order import ReturnOrder
from payments.domain.values.items import ItemKind
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.support.commands import grant
from tests.support.make import ADA, BEN, GUILD, START, key
from tests.support.shopping import about, add_codes, add_item, item_id, offer, place

DINNER = offer("Dinner", price=100)
KEY = offer("Key", ItemKind.CODE, price=7)


def by_ben(**more: Any) -> dict[str, Any]:
    return {"key": key(), "at": START, "actor": by_member(BEN), "guild": GUILD, **more}


async def test_each_step_of_items_and_orders_is_told(runner: Runner, queries: Queries) -> None:
    item = item_id("Dinner")
    await runner.run(grant(1_000))
    dearer = dataclasses.replace(DINNER, price=120)
    steps: list[tuple[Command[Any], str]] = [
        (add_item(DINNER), "Ben put “Dinner” up for sale for 100 points"),
        (add_item(KEY), "Ben put “Key” up for sale for 7 points"),
        (add_codes(KEY, 2), "Ben added 2 codes to “Key”"),
        (RestockItem(**by_ben(item=item, available=3)), "Ben set the pieces of “Dinner” to 3"),
        (
            RestockItem(**by_ben(item=item, available=None)),
            "Ben set no limit for the pieces of “Dinner”",
        ),
        (place(DINNER, "o1"), "Ada ordered “Dinner”"),
        (
            DenyOrder(**about("o1"), reason="We are closed"),
            "Ben denied Ada's order of “Dinner” · We are closed",
        ),
        (place(DINNER, "o2"), "Ada ordered “Dinner”"),
        (CancelOrder(**about("o2", member=ADA)), "Ada cancelled Ada's order of “Dinner”"),
        (place(DINNER, "o3"), "Ada ordered “Dinner”"),
        (FulfilOrder(**about("o3")), "Ben fulfilled Ada's order of “Dinner”"),
        (
            ReturnOrder(**about("o3"), reason="It was cold"),
            "Ben took Ada's order of “Dinner” back · It was cold",
        ),
        (
            EditItem(**by_ben(item=item, offer=dearer)),
            "Ben changed “Dinner”, now 120 points",
        ),
        (RetireItem(**by_ben(item=item)), "Ben took “Dinner” off sale"),
    ]
    heard = []
    for command, _ in steps:
        await runner.run(command)
        lines = await queries.audit(GUILD, limit=1)
        (entry,) = await queries.audited(GUILD, lines)
        found = told(entry, {})
        words = text.PLAIN.say(found.what)
        words = words.replace(f"<@{ADA}>", "Ada").replace(f"<@{BEN}>", "Ben")
        heard.append(f"{words} · {found.why}" if found.why else words)
    assert heard == [words for _, words in steps]
