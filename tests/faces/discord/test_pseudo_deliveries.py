"""Every event through each channel in the pseudo-language, whatever has become of its payment.

Kinds of events and their channels are those of the program: a new one is looked at by itself.
"""

import dataclasses
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from typing import Any

import discord
import pytest

from bot.features.panels.posting import post
from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.shop.fulfil import FulfilOrder
from payments.commands.shop.return_order import ReturnOrder
from payments.domain.values.events import (
    EVENTS,
    Event,
    OrderEvent,
    PaymentEvent,
    PaymentInitiated,
    ProviderCallRequested,
    PurchaseBanLifted,
)
from payments.domain.values.guilds import Audience, GuildSettings
from payments.domain.values.ids import MemberId, PaymentId
from payments.domain.values.items import ItemKind
from payments.domain.values.panels import PanelKind
from payments.domain.values.provider_updates import (
    DisputeStatus,
    MoneyStatus,
    RefundStatus,
)
from payments.domain.values.roles import RoleTrouble
from payments.domain.values.time import DAY, MINUTE, later
from payments.infra.encryption import Encryptor
from payments.notifications.errors import GiveUp
from payments.notifications.routing import ANNOUNCEABLE, ANSWER, CARD, PROPOSAL, ROLE, STAFF, route
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World
from tests.support import pseudo
from tests.support.checking import CHECK_ALL, approve, held, refuse
from tests.support.counter import add_real_codes, put_up_item
from tests.support.examples import example
from tests.support.make import (
    BEN,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    refund_update,
)
from tests.support.outgoing import glued, past_a_sentence, texts_of
from tests.support.shopping import about, offer, place
from tests.support.transfers import give

WORDS = "It is *so*."
"""What somebody else has written, wherever an event has such words."""

STATES: dict[str, list[Any]] = {
    "odd": [{"tax": -1}],
    "failed": [{"money": MoneyStatus.FAILED}],
    "coming": [{"money": MoneyStatus.PROCESSING}],
    "paid": [{}],
    "refunding": [{}, RefundStatus.PENDING],
    "refunded": [{}, RefundStatus.SUCCEEDED],
    "unrefunded": [{}, RefundStatus.FAILED],
    "disputed": [{}, DisputeStatus.OPEN],
    "lost": [{}, DisputeStatus.LOST],
    "won": [{}, DisputeStatus.OPEN, DisputeStatus.WON],
}
"""What a provider has told of each payment."""

CHECKED = ("held", "approved", "refused")
"""Payments whose money is only set aside."""

ORDERS = {name: f"order-{name}" for name in (*ItemKind, "returned")}
"""Orders of Ada's, by what was ordered, or what became of it."""

CHANGED = frozenset({ANSWER, CARD, PROPOSAL, STAFF})
"""Channels that change a message that is there, and none is: the tour goes through them."""


@pytest.fixture(autouse=True)
def _pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    pseudo.speak(monkeypatch)


@pytest.fixture
async def payments(
    world: World, runner: Runner, clock: Time, encryptor: Encryptor
) -> list[PaymentId]:
    """A payment of Ada's in each state, and her orders."""
    settings = GuildSettings(
        guild=GUILD,
        mod_channel=world.mods.id,
        announcement_channel=world.general.id,
        announced=ANNOUNCEABLE,
    )
    await _check(world, runner, clock, replace(settings, check_above=CHECK_ALL.check_above))
    olga = by_member(MemberId(world.olga.id))
    await runner.run(
        ChangeSettings(key=key(), at=clock(), actor=olga, guild=GUILD, settings=settings)
    )
    for name in STATES:
        await runner.run(initiate(name, member=world.ada_id, at=clock()))
    for name, told in STATES.items():
        for seen, each in enumerate(told, start=-1):
            await runner.run(event(_update(world, name, each, seen), at=clock()))
    await _order(world, runner, clock, encryptor)
    return [PaymentId(each) for each in (*STATES, *CHECKED)]


async def _check(world: World, runner: Runner, clock: Time, settings: GuildSettings) -> None:
    """Moderators check purchases: one waits, one was approved, one refused."""
    olga, at = by_member(MemberId(world.olga.id)), clock()
    await runner.run(ChangeSettings(key=key(), at=at, actor=olga, guild=GUILD, settings=settings))
    for name in CHECKED:
        await runner.run(replace(initiate(name, member=world.ada_id, at=at), authorizes=True))
        await runner.run(event(held(name, member=world.ada_id), at=at))
    await runner.run(approve("approved", at=at))
    await runner.run(refuse("refused", at=at))


async def _order(world: World, runner: Runner, clock: Time, encryptor: Encryptor) -> None:
    """Ada has ordered something of each kind, and got it; one order was taken back."""
    await give(world, runner, clock, 1_000)
    for name, order in ORDERS.items():
        kind = ItemKind(name) if name in set(ItemKind) else ItemKind.PERSON
        wanted = offer(f"Item {name}", kind)
        await put_up_item(runner, wanted)
        if kind is ItemKind.CODE:
            await add_real_codes(runner, wanted, encryptor, ["AAAA"])
        await runner.run(place(wanted, order, member=world.ada_id, at=clock()))
        if kind is not ItemKind.CODE:
            await runner.run(FulfilOrder(**about(order, clock())))
    await runner.run(ReturnOrder(**about(ORDERS["returned"], clock())))


def _update(world: World, name: str, told: Any, seen: int) -> Any:
    if isinstance(told, RefundStatus):
        return refund_update(name, f"re_{name}", 100, told)
    if isinstance(told, DisputeStatus):
        return dispute_update(name, f"dp_{name}", 499, told, seen=seen)
    return checkout_update(name, member=world.ada_id, **told)


OTHERS: dict[str, tuple[Any, ...]] = {
    "reason": ("requires_action", ""),
    "asked_by": (BEN,),
    "due_by": (later(START, 30 * DAY),),
    "change": (-5,),
    "setting": ("announcement_channel", "notice_channel", "fulfilment_channel"),
    "expires_at": (later(START, 30 * DAY),),
    "note": ("",),
    "trouble": (RoleTrouble.GONE.value, RoleTrouble.DANGEROUS.value),
    "ends_at": (later(START, 30 * DAY),),
    "by": (f"member:{BEN}", "program:other"),
}
"""What else may stand in a field, each tried by itself; switches are tried both ways."""


def plain(kind: type[Event], world: World, payment: PaymentId) -> Event:
    """An event as it would be of a payment of Ada's."""
    shown = example(kind)
    can_buy = kind is PurchaseBanLifted
    known: dict[str, Any] = {
        "guild": GUILD,
        "at": START,
        "member": MemberId(world.ben.id) if can_buy else world.ada_id,
        "recipient": MemberId(world.ben.id),
        "payment": payment,
        "dispute": f"dp_{payment}",
        "refund": f"re_{payment}",
        "provider": "stripe",
        "order": payment,
        "setting": "mod_channel",
        "trouble": RoleTrouble.FORBIDDEN.value,
        "channel": world.general.id,
        "change": 5,
        "kept": 0,
        "gone": 0,
    }
    given: dict[str, Any] = {}
    for each in dataclasses.fields(kind):
        now = getattr(shown, each.name)
        if isinstance(now, StrEnum):
            continue  # each of its words is tried below
        if each.name in known:
            given[each.name] = known[each.name]
        elif each.name in OTHERS and "None" in str(each.type):
            given[each.name] = None
        elif isinstance(now, bool):
            given[each.name] = False
        elif isinstance(now, str):
            given[each.name] = WORDS
    return dataclasses.replace(shown, **given)


def otherwise(event: Event) -> Iterator[Event]:
    """The same event, each time with something else in one field."""
    for each in dataclasses.fields(event):
        others = OTHERS.get(each.name, ())
        if each.name == "reason" and not isinstance(event, PaymentEvent | OrderEvent):
            others = ()  # whole sentences, nothing else
        now = getattr(event, each.name)
        if isinstance(now, bool):
            others = (True,)
        if isinstance(now, StrEnum):
            others = tuple(type(now))
        for other in others:
            yield dataclasses.replace(event, **{each.name: other})


async def test_every_event_is_told_in_whole_sentences_in_each_channel(
    world: World, clock: Time, deliver: Deliver, payments: list[PaymentId]
) -> None:
    texts: set[str] = set()

    async def tells(channel: str, of: Event) -> bool:
        clock.pass_(MINUTE)  # transfers to the same member wait for each other
        before = len(world.env.http_requests)
        with suppress(GiveUp):  # there is no such message any more
            await deliver(channel, of)
        told = said(world, before)
        texts.update(told)
        return bool(told)

    await post_panels(world)
    silent = set()
    for kind in EVENTS.values():
        known = payments if issubclass(kind, PaymentEvent) else payments[:1]
        if issubclass(kind, OrderEvent):
            known = [PaymentId(each) for each in ORDERS.values()]
        for channel in {each.channel for each in routed(kind)} - {ROLE}:  # it has no words
            usual = [plain(kind, world, each) for each in known]
            told = [each for each in usual if await tells(channel, each)]
            others = [other for each in told[:1] or usual for other in otherwise(each)]
            told += [each for each in others if await tells(channel, each)]
            if not told and channel not in CHANGED:
                silent.add((kind.name, channel))
    assert silent == set()
    assert len(texts) > 2 * len(EVENTS)
    assert past_a_sentence(texts, frozenset({"500 for 499"})) == {}
    assert glued(texts) == []


async def post_panels(world: World) -> None:
    place = world.bot.get_channel(world.general.id)
    assert isinstance(place, discord.TextChannel)
    for kind in PanelKind:
        await post(world.bot, GUILD, kind, place)


def routed(kind: type[Event]) -> list[Any]:
    """Where a kind of event is told to people."""
    if issubclass(kind, PaymentInitiated | ProviderCallRequested):
        return []
    return list(route(example(kind), Audience(announced=ANNOUNCEABLE, panels=tuple(PanelKind))))


def said(world: World, since: int) -> set[str]:
    """What was said in requests from one on."""
    asked = world.env.http_requests[since:]
    return {text for each in asked for text in texts_of(each.json or {}) if text}
