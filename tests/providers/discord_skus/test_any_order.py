"""Whatever is done and told of a purchase, in any order, comes to the end that a naive oracle says.

Each life has a member and a SKU of its own. The oracle knows nothing of how the program does it: it
notes who sells, what the member chose, and what Discord said last.
"""

import random
from dataclasses import dataclass, field
from typing import Final

import pytest

from payments.domain.values.ids import GuildId, MemberId
from payments.domain.values.time import HOUR
from tests.providers.discord_skus.shop import DiscordShopping
from tests.support.commands import put_up
from tests.support.make import GUILD, package

OTHER: Final = GuildId(900_000_000_000_000_002)
GUILDS: Final = (GUILD, OTHER)
POINTS: Final = package().points
LIVES: Final = 16
STEPS: Final = 12

ACTS: Final = (
    "sell",
    "sell",
    "try it",
    "gateway",
    "webhook",
    "list",
    "connect here",
    "connect there",
    "choose here",
    "choose there",
    "let go here",
    "let go there",
    "call",
    "refund",
    "gateway",
    "webhook",
)


@dataclass(kw_only=True)
class Life:
    """What becomes of one purchase, by the oracle.

    Attributes:
        sells: The guilds that sell it.
        chosen: Where its buyer wants it to count.
        counts: Where it counts.
        told: Whether the program has heard of it while somebody sold it.
        bought: Its id, once it was bought.
        tried: What was bought in test mode.
        deleted: Whether Discord has given the money back.
    """

    member: MemberId
    sku: str
    sells: set[GuildId] = field(default_factory=set)
    chosen: GuildId | None = None
    counts: GuildId | None = None
    told: bool = False
    bought: str | None = None
    tried: str | None = None
    deleted: bool = False

    def look(self) -> None:
        """The program looks at it."""
        if self.bought is None or not self.sells:
            return
        self.told = True
        if self.deleted or self.counts is not None:
            return
        if self.chosen in self.sells:
            self.counts = self.chosen
        elif len(self.sells) == 1:
            [self.counts] = self.sells

    def expected(self) -> dict[GuildId, int]:
        """What the buyer has in each guild at the end."""
        has = self.counts if not self.deleted else None
        return {each: POINTS if each == has else 0 for each in GUILDS}


async def act(shop: DiscordShopping, life: Life, what: str) -> None:
    """One thing happens, in the program and for the oracle."""
    if what.startswith(("connect", "choose", "let go")):
        await decide(shop, life, what)
    elif what == "sell" and life.bought is None:
        life.bought = shop.sell(life.member, sku=life.sku)
    elif what == "try it" and life.tried is None:
        life.tried = shop.sell(life.member, sku=life.sku, kind=4)
    elif what in {"gateway", "webhook"}:
        for name in filter(None, (life.tried, life.bought)):
            await (shop.by_gateway if what == "gateway" else shop.by_webhook)(name)
        await shop.take_in()
        life.look()
    elif what == "list":
        await shop.core.reconciliation.reconcile()
        await shop.take_in()
        life.look()
    elif what == "call":
        await shop.call()
    elif what == "refund" and life.bought is not None:
        shop.discord.delete(life.bought)
        life.deleted = True


async def decide(shop: DiscordShopping, life: Life, what: str) -> None:
    """An owner sells it or lets go of it, or the member says where it counts."""
    front, guild = shop.core.shop_front, GUILDS[what.endswith("there")]
    assert front is not None
    if what.startswith("let go"):
        if guild in life.sells:
            await shop.connect(guild, sku=None)
            life.sells.remove(guild)
        return
    if what.startswith("connect"):
        await shop.connect(guild, sku=life.sku)
        life.sells.add(guild)
        await front.look_again(life.sku)
        await shop.take_in()
        life.look()
        return
    await front.claim(life.member, life.sku, guild)
    life.chosen = guild
    if life.told:
        life.look()


async def end(shop: DiscordShopping, life: Life) -> None:
    """All that waits is done, however long that takes."""
    shop.clock.pass_(25 * HOUR)
    await shop.reconcile()
    life.look()
    await shop.settle()


@pytest.mark.parametrize("finds_deleted", [True, False])
async def test_each_account_is_as_the_oracle_says(
    shop: DiscordShopping, *, finds_deleted: bool
) -> None:
    await put_up(shop.core.runner, package(guild=OTHER))
    shop.discord.finds_deleted = finds_deleted
    chance = random.Random(f"Discord {finds_deleted}")  # noqa: S311 - examples, no secrets
    ends = set()
    for number in range(LIVES):
        member = MemberId(100_000_000_000_001_000 + number)
        life = Life(member=member, sku=str(1_019_475_255_913_300_000 + number))
        for guild in GUILDS:
            await shop.connect(guild, sku="1")
        steps = chance.choices(ACTS, k=STEPS)
        for what in steps:
            await act(shop, life, what)
        await end(shop, life)
        has = {each: await shop.points_of(each, member) for each in GUILDS}
        assert has == life.expected(), (number, steps)
        paid = [each for guild in GUILDS for each in await shop.of(guild, member)]
        assert len(paid) == (life.counts is not None), (number, steps)
        used = [each for each in shop.discord.consumed if each == life.bought]
        should = life.counts is not None and not life.deleted
        assert len(used) == 1 if should else len(used) <= 1, (number, steps)
        assert life.tried not in shop.discord.consumed
        ends.add((life.counts, life.deleted, len(life.sells)))
    assert len(ends) > 6, "many kinds of lives were tried"
