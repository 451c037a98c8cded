"""A tour through the whole program: each command is given, each button pressed, each list used."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.command_options import GROUP, SUBCOMMAND
from sandbox.discord_wire.components import (
    CHANNEL_SELECT,
    ROLE_SELECT,
    STRING_SELECT,
    TEXT_INPUT,
    walk,
)
from sandbox.discord_wire.member_view import MemberAnswer
from sandbox.discord_wire.rest.callbacks import DEFERRED_UPDATE
from sandbox.discord_wire.state import Exchange
from sandbox.discord_wire.world import ADA, BEN, GENERAL, MODERATORS, MODS, OWNER
from sandbox.stripe import LocalStripe
from tests.process.conftest import PATIENCE_SECONDS
from tests.support.purchases import session_behind
from tests.support.schemas import Json

MODERATION = "Refund a payment"
"""The one command of a member's menu."""

LISTENER = "https://127.0.0.1:9/hook"
"""Where a subscriber would listen; nobody does, and that is written down as an error."""


def leaves(command: Json, before: str = "") -> Iterator[tuple[str, list[Json]]]:
    """The commands that a person can give, with their options."""
    name = f"{before} {command['name']}".strip()
    options = command.get("options") or []
    below = [each for each in options if each["type"] in {SUBCOMMAND, GROUP}]
    if not below:
        yield name, options
    for each in below:
        yield from leaves(each, name)


def missing(modal: Json) -> dict[str, str]:
    """Something for each line of a form that must be filled in and is empty; a number fits all."""
    return {
        each["custom_id"]: "7"
        for each in walk(modal["components"])
        if each.get("type") == TEXT_INPUT and each.get("required", True) and not each.get("value")
    }


@dataclass(slots=True)
class Tour:
    """Whoever goes through the program."""

    wire: WireDiscord
    stripe: LocalStripe
    given: set[str] = field(default_factory=set)
    pressed: set[str] = field(default_factory=set)
    modals: int = 0

    async def done(self, interaction: int) -> MemberAnswer:
        """An answer that is whole: after a deferral of a press, once something followed."""
        asked = self.wire.state.interactions[interaction]

        def look() -> MemberAnswer | None:
            seen = self.wire.answer(interaction)
            if not seen.acknowledged or seen.loading:
                return None
            followed = any(asked.token in each.path for each in self._after_the_first())
            return seen if asked.callback != DEFERRED_UPDATE or followed else None

        return await self.wire.state.until(look, PATIENCE_SECONDS)

    def _after_the_first(self) -> Iterator[Exchange]:
        """What was said beyond first answers."""
        for each in self.wire.state.exchanges or []:
            if each.path.startswith("/webhooks/"):
                yield each

    async def give(self, user: int, channel: int, command: str, /, **options: Any) -> MemberAnswer:
        """Give a command, then press all that can be pressed in the answer."""
        self.given.add(command)
        answer = await self.done(await self.wire.slash(user, channel, command, options))
        assert "went wrong" not in json.dumps(answer.message), command
        if answer.modal is not None:
            self.modals += 1
            answer = await self.done(
                await self.wire.submit(answer.interaction, missing(answer.modal))
            )
        await self.press_all(user, answer.message)
        return answer

    async def offered(self, channel: int, name: str, option: str) -> Any:
        """The first thing that a list offers."""
        return (await self.wire.autocomplete(OWNER, channel, name, option, ""))[0]["value"]

    async def press_all(self, user: int, message: Json | None) -> None:
        """Press each button, and choose from each list, once in the whole tour."""
        while message and (each := self._unpressed(int(message["id"]))):
            values = [each["options"][0]["value"]] if each["type"] == STRING_SELECT else None
            if each["type"] in (ROLE_SELECT, CHANNEL_SELECT):
                values = [str(MODERATORS if each["type"] == ROLE_SELECT else GENERAL)]
            used = await self.wire.click(user, int(message["id"]), each["custom_id"], values)
            answer = await self.done(used)
            if answer.modal is not None:
                self.modals += 1
                await self.done(await self.wire.submit(used, missing(answer.modal)))

    def _unpressed(self, message: int) -> Json | None:
        """Something in a message, as it is now, that was not pressed before."""
        found = self.wire.state.messages[message]
        for each in [] if found.deleted else walk(found.body["components"]):
            kind = repr((each.get("label"), each.get("placeholder"), each.get("style")))
            usable = "custom_id" in each and not each.get("disabled")
            if usable and kind not in self.pressed:
                self.pressed.add(kind)
                return each
        return None

    async def messages(self, channel: int, words: str) -> Json:
        """A message in a channel, as soon as it is there."""

        def look() -> Json | None:
            found = [each for each in self.wire.messages(channel) if words in json.dumps(each)]
            return found[-1] if found else None

        return await self.wire.state.until(look, PATIENCE_SECONDS)

    async def buy(self, user: int) -> str:
        """Buy the first package and pay for it; the checkout's id."""
        package = await self.offered(GENERAL, "buy", "package")
        answer = await self.give(user, GENERAL, "buy", package=package)
        (link,) = {
            each["url"]
            for each in walk((answer.message or {})["components"])
            if "/pay/" in each.get("url", "")
        }
        session = await session_behind(link)
        number = len(self.wire.dms(user))
        await self.stripe.pay(session)
        await self.wire.wait_for_dm(user, number + 1, timeout_seconds=PATIENCE_SECONDS)
        return session


async def furnish(tour: Tour) -> None:
    """What an owner sets up first."""
    places = {"mod_channel": MODS, "announcement_channel": GENERAL, "notice_channel": GENERAL}
    await tour.give(OWNER, GENERAL, "setup set", moderator_role=MODERATORS, **places)
    await tour.give(OWNER, GENERAL, "setup announce", purchases=True)
    await tour.give(OWNER, GENERAL, "setup show")
    price = {"price": "4.99", "currency": "EUR"}
    await tour.give(OWNER, GENERAL, "package add", name="Starter", points=500, **price)
    await tour.give(OWNER, GENERAL, "package add", name="Large", points=900, **price)
    await tour.give(OWNER, GENERAL, "package list")
    await put_up(tour)
    await tour.give(OWNER, GENERAL, "status")


async def put_up(tour: Tour) -> None:
    """What an owner offers for points."""
    await tour.give(OWNER, GENERAL, "item add", name="Dinner", price=9, kind="person")
    await tour.give(OWNER, GENERAL, "item add", name="Key", price=5, kind="code")
    await tour.give(
        OWNER, GENERAL, "item add", name="Map", price=3, kind="person", question="Of where?"
    )
    key = await tour.offered(GENERAL, "item codes", "item")
    await tour.give(OWNER, GENERAL, "item codes", item=key)
    await tour.give(OWNER, GENERAL, "item edit", item="Dinner", returned="never")
    await tour.give(OWNER, GENERAL, "item restock", item="Dinner", pieces=5)
    await tour.give(OWNER, GENERAL, "item list")
    await tour.give(OWNER, GENERAL, "item panel", sells="items")


async def order(tour: Tour) -> None:
    """A member gets something for points, and takes an order back."""
    number = len(tour.wire.dms(ADA))
    await tour.give(ADA, GENERAL, "redeem", item="Key")
    await tour.wire.wait_for_dm(ADA, number + 1, timeout_seconds=PATIENCE_SECONDS)
    for item in ("Map", "Dinner"):
        await tour.give(ADA, GENERAL, "redeem", item=item)
    await tour.give(ADA, GENERAL, "shop")
    await tour.give(ADA, GENERAL, "orders")


async def use(tour: Tour) -> None:
    """What members and moderators do."""
    await tour.buy(ADA)
    await tour.messages(GENERAL, "500")
    await tour.give(ADA, GENERAL, "balance")
    await tour.give(ADA, GENERAL, "history")
    for who in (ADA, OWNER):
        await tour.give(who, GENERAL, "help")
    await tour.give(ADA, GENERAL, "transfer", member=BEN, points=5, note="thanks")
    await order(tour)
    tour.wire.take_dms(BEN, accepts=False)
    await tour.give(ADA, GENERAL, "transfer", member=BEN, points=6)
    await tour.give(ADA, GENERAL, "notices", transfers=False)
    await tour.give(OWNER, MODS, "grant", member=ADA, points=5, reason="for the map")
    await tour.give(OWNER, MODS, "revoke", member=ADA, points=5, reason="a mistake")
    await tour.give(OWNER, MODS, "undo", action=await tour.offered(MODS, "undo", "action"))
    await tour.give(OWNER, MODS, "payments", member=ADA)
    await tour.give(OWNER, MODS, "order", order=await tour.offered(MODS, "order", "order"))
    await tour.give(OWNER, MODS, "audit")
    await tour.give(OWNER, MODS, "stats")
    tour.given.add(MODERATION)
    card = await tour.done(await tour.wire.menu(OWNER, MODS, MODERATION, ADA))
    await tour.press_all(OWNER, card.message)
    bought = await tour.buy(ADA)
    payment = await tour.offered(MODS, "refund", "payment")
    await tour.give(OWNER, MODS, "refund", payment=payment)
    dispute = await tour.stripe.open_dispute(bought)
    disputed = await tour.messages(MODS, "ispute")
    await tour.press_all(OWNER, disputed)
    await tour.stripe.lose_dispute(dispute["id"])


async def tidy(tour: Tour) -> None:
    """The rest of what an owner can do."""
    await tour.give(OWNER, GENERAL, "subscriber add", address=LISTENER)
    await tour.give(OWNER, GENERAL, "subscriber list")
    listener = await tour.offered(GENERAL, "subscriber test", "subscriber")
    await tour.give(OWNER, GENERAL, "subscriber test", subscriber=listener)
    await tour.give(OWNER, GENERAL, "subscriber remove", subscriber=listener)
    await tour.give(OWNER, GENERAL, "subscriber key add", name="Large")
    await tour.give(OWNER, GENERAL, "subscriber key list")
    key = await tour.offered(GENERAL, "subscriber key remove", "key")
    await tour.give(OWNER, GENERAL, "subscriber key remove", key=key)
    package = await tour.offered(GENERAL, "package edit", "package")
    await tour.give(OWNER, GENERAL, "package edit", package=package, points=501)
    await tour.give(OWNER, GENERAL, "package sku", package=package)
    await tour.give(OWNER, GENERAL, "package retire", package=package)
    await tour.give(OWNER, GENERAL, "item retire", item="Dinner")
    await tour.give(OWNER, GENERAL, "setup panel")
    await tour.give(OWNER, GENERAL, "setup sales", on=False)
    await tour.give(OWNER, GENERAL, "setup sales", on=True)
    await tour.give(OWNER, GENERAL, "setup checks", above="50 EUR", younger_days=7, hours=12)
    await tour.give(OWNER, GENERAL, "setup checks", above="none", younger_days=0)
    await tour.give(OWNER, GENERAL, "setup clear", setting="announcement_channel")
