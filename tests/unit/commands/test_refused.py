"""What commands refuse: the same a second time, what is not there, what is over."""

from dataclasses import replace

import pytest

from payments.commands.base import SYSTEM, by_member
from payments.commands.guild.subscribers import AddSubscriber, RemoveSubscriber
from payments.commands.payments.void_test_points import VoidTestPayment
from payments.commands.points.grant_proposals import ProposeGrant
from payments.domain.errors import Refused
from payments.domain.values.guilds import EVERYTHING
from payments.domain.values.ids import CommandKey, PackageId, PaymentId, SubscriberId
from payments.domain.values.time import Instant, later
from tests.support.make import (
    BEN,
    EVE,
    GUILD,
    START,
    checkout_update,
    event,
    initiate,
    key,
    package,
)
from tests.support.memory_ledger import MemoryLedger

BOUGHT = package(500, 1000)


@pytest.fixture
def ledger() -> MemoryLedger:
    """A guild that sells one package."""
    ledger = MemoryLedger()
    ledger.put_up(GUILD, [BOUGHT])
    return ledger


def test_what_a_guild_does_not_sell_cannot_be_bought(ledger: MemoryLedger) -> None:
    other = replace(BOUGHT, id=PackageId("other"))
    with pytest.raises(Refused, match=r"^This package is no longer for sale\.$"):
        ledger.run(initiate("one", of=other))
    assert ledger.payments == {}


def test_a_payment_is_begun_once_under_whatever_key(ledger: MemoryLedger) -> None:
    ledger.run(initiate("one", of=BOUGHT))
    again = replace(initiate("one", of=BOUGHT), key=CommandKey("another"))
    with pytest.raises(Refused, match=r"^This payment was already started\.$"):
        ledger.run(again)


@pytest.mark.parametrize("late", [0, -1])
def test_points_that_have_lapsed_already_are_not_even_proposed(
    ledger: MemoryLedger, late: int
) -> None:
    with pytest.raises(Refused, match="expire in the past"):
        ledger.run(propose(later(START, late)))
    assert ledger.run(propose(later(START, 1)))
    assert ledger.run(propose(None))


def propose(expires_at: Instant | None) -> ProposeGrant:
    return ProposeGrant(
        key=key(),
        at=START,
        actor=by_member(EVE),
        guild=GUILD,
        member=BEN,
        points=10,
        note="",
        expires_at=expires_at,
        moderator=EVE,
    )


def test_test_points_are_voided_once_and_nobody_is_told_of_none(ledger: MemoryLedger) -> None:
    ledger.run(initiate("one", of=BOUGHT))
    ledger.run(event(checkout_update("one", of=BOUGHT)))
    void = VoidTestPayment(
        key=CommandKey("void"), at=START, actor=SYSTEM, guild=GUILD, payment=PaymentId("one")
    )
    assert ledger.run(void) == 500
    told = len(ledger.events)
    assert ledger.run(replace(void, key=CommandKey("again"))) == 0
    assert len(ledger.events) == told


def subscriber(name: str) -> AddSubscriber:
    return AddSubscriber(
        key=CommandKey(f"add:{name}"),
        at=START,
        actor=by_member(EVE),
        guild=GUILD,
        subscriber=SubscriberId(name),
        host=f"{name}.example",
        kinds=(EVERYTHING,),
        encrypted="x",
    )


def test_a_subscriber_is_removed_once_and_the_others_stay(ledger: MemoryLedger) -> None:
    for name in ("one", "two", "three"):
        ledger.run(subscriber(name))
    remove = RemoveSubscriber(
        key=CommandKey("remove"),
        at=START,
        actor=by_member(EVE),
        guild=GUILD,
        subscriber=SubscriberId("two"),
    )
    ledger.run(remove)
    known = ledger.guilds[GUILD].subscribers
    assert {each.id: each.active for each in known} == {"one": True, "two": False, "three": True}
    with pytest.raises(Refused):
        ledger.run(replace(remove, key=CommandKey("again")))
