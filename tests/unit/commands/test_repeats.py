"""What must be the same when a key comes again, command by command, and what may differ.

Times and ids are made afresh by whoever repeats a command, and what a provider says may be worded
again; everything else under the same key is a mistake of the caller (`KeyReused`).
"""

import dataclasses
import importlib
import pkgutil
from typing import Any

import pytest

from payments import commands
from payments.commands.base import Command
from payments.commands.guild.subscribers import AddSubscriber
from payments.domain.errors import KeyReused
from payments.domain.values.guilds import Subscriber
from payments.domain.values.ids import CommandKey, PaymentId, SubscriberId
from payments.domain.values.time import HOUR, later
from payments.notifications.subscribers.post import Address
from tests.support.make import (
    ADA,
    BEN,
    GUILD,
    START,
    SYSTEM,
    checkout_update,
    event,
    initiate,
    package,
)
from tests.support.memory_ledger import MemoryLedger

SAME: dict[str, set[str]] = {
    "payment.initiate": {"member", "package", "provider", "livemode"},
    "payment.adopt": {"reference"},
    "payment.choose_way": {"payment", "provider"},
    "payment.give_way_up": {"payment"},
    "payment.lapse": {"payment", "due"},
    "payment.open_checkout": {"payment"},
    "payment.hear_look_up": {"payment"},
    "payment.hear_claim": {"payment", "told"},
    "payment.approve": {"payment", "moderator", "as_owner"},
    "payment.refuse": {"payment", "moderator", "as_owner"},
    "payment.lapse_check": {"payment", "due"},
    "payment.level": {"payment"},
    "payment.void_test": {"payment"},
    "payment.inspect": {"payment", "refund"},
    "points.transfer": {"member", "points", "note", "recipient"},
    "points.spend": {"member", "points", "note"},
    "points.grant": {"member", "points", "note", "expires_at", "asked_by", "as_owner"},
    "points.revoke": {"member", "points", "note"},
    "points.propose_grant": {"member", "points", "note", "expires_at", "moderator"},
    "points.decline_grant": set(),
    "points.lapse": {"member", "due"},
    "member.lift_bar": {"member"},
    "package.add": {"name", "points", "price", "tax"},
    "package.edit": {"package", "name", "points", "price", "tax", "untaxed"},
    "package.retire": {"package"},
    "package.sku": {"package", "sku", "price"},
    "settings.change": {"settings", "before"},
    "subscriber.add": {"host", "kinds"},
    "subscriber.remove": {"subscriber"},
    "subscriber.disable": {"subscriber"},
    "refund.quote": {"payment", "amount", "is_fraud", "moderator", "as_owner"},
    "refund.request": {"payment", "moderator", "as_owner", "amount", "reason", "is_fraud"},
    "refund.approve": {"payment", "refund", "moderator", "as_owner"},
    "refund.decline": {"payment", "refund", "moderator", "as_owner"},
    "refund.give_up": {"payment", "refund"},
    "refund.try_anew": {"payment", "refund", "failed"},
    "refund.surplus": {"payment"},
    "refund.surplus_kept": {"payment"},
    "provider_call.complete": {"call", "payment", "attempt"},
    "provider_call.retry": {"call", "payment", "attempt"},
    "provider_call.end": {"call", "payment", "attempt"},
    "provider_event.record": {"provider", "event", "attempt"},
    "provider_event.keep_failed": set(),
    "provider.report_access": {"provider", "reason"},
    "integration.report": {"integration", "trouble", "is_over"},
    "order.quote": {"order"},
    "item.add": {"offer", "available"},
    "item.edit": {"item", "offer"},
    "item.restock": {"item", "available"},
    "item.retire": {"item"},
    "item.add_codes": {"item", "number"},
    "order.place": {"member", "item", "quantity", "price", "answer"},
    "order.begin": {"order"},
    "order.request": {"order"},
    "order.note": {"order", "reason"},
    "order.fulfil": {"order", "reason", "held_before"},
    "order.deny": {"order", "reason"},
    "order.cancel": {"order"},
    "order.fail": {"order", "reason"},
    "order.end": {"order", "due"},
    "order.remind": {"order", "due"},
    "order.return": {"order", "reason"},
    "order.replace_code": {"order", "code"},
    "order.show_codes": {"order", "codes", "sight"},
    "order.codes_not_sent": {"order", "codes"},
    "role.end": {"member", "role", "due"},
    "api_key.add": {"name", "scopes"},
    "api_key.revoke": {"api_key"},
    "role.note": {"member", "role", "before", "standing", "had"},
    "role.report": {"role"},
    "channel.report": {"setting", "channel"},
    "bot.second_copy": set(),
    "undo": {"undone"},
}
"""By kind, besides who gave it and in which guild."""


def kinds() -> dict[str, type[Command[Any]]]:
    """All commands that there are, by kind."""
    for module in pkgutil.walk_packages(commands.__path__, f"{commands.__name__}."):
        importlib.import_module(module.name)

    def below(of: type[Command[Any]]) -> set[type[Command[Any]]]:
        return {of, *(each for kind in of.__subclasses__() for each in below(kind))}

    every: type[Any] = Command
    ours = {each for each in below(every) if each.__module__.startswith(commands.__name__)}
    return {each.kind: each for each in ours if "kind" in vars(each)}


def test_the_table_has_each_command_and_no_other() -> None:
    assert kinds().keys() == SAME.keys()


@pytest.mark.parametrize("kind", SAME)
def test_what_must_be_the_same_under_one_key(kind: str) -> None:
    compared = {each.name for each in dataclasses.fields(kinds()[kind]) if each.compare}
    assert compared == SAME[kind] | {"actor", "guild"}


@pytest.fixture
def ledger() -> MemoryLedger:
    empty = MemoryLedger()
    empty.put_up(GUILD, [package()])
    return empty


def test_a_purchase_that_is_begun_again_is_the_first_one_whatever_was_made_afresh(
    ledger: MemoryLedger,
) -> None:
    first = initiate("one")
    assert ledger.run(first) == "one"
    again = dataclasses.replace(
        first,
        payment=PaymentId("two"),
        installation="another",
        request='{"other": 1}',
        answer="sealed",
        counts_for_quota=True,
        at=later(START, HOUR),
    )
    assert ledger.run(again) == "one"
    assert list(ledger.payments) == ["one"]
    for wrong in ({"member": BEN}, {"livemode": True}, {"provider": "paypal"}):
        with pytest.raises(KeyReused):
            ledger.run(dataclasses.replace(again, **wrong))


def test_a_message_that_comes_again_is_the_first_one_however_it_reads_now(
    ledger: MemoryLedger,
) -> None:
    ledger.run(initiate("one"))
    first = event(checkout_update("one"))
    result = ledger.run(first)
    again = dataclasses.replace(
        first,
        event_kind="other",
        body='{"other": 1}',
        received_at=later(START, HOUR),
        found=(),
        ignored="It is no concern of ours.",
        unread=True,
        home=GUILD,
        notified_before=True,
    )
    assert ledger.run(again) == result
    with pytest.raises(KeyReused):
        ledger.run(dataclasses.replace(again, provider="paypal"))


def subscriber() -> AddSubscriber:
    return AddSubscriber(
        key=CommandKey("add"),
        at=START,
        actor=SYSTEM,
        guild=GUILD,
        subscriber=SubscriberId("one"),
        host="shop.example",
        kinds=("payment.success",),
        encrypted="its address",
    )


@pytest.mark.parametrize(
    "shown",
    [
        subscriber(),
        Subscriber(
            id=SubscriberId("one"),
            guild=GUILD,
            host="shop.example",
            kinds=(),
            encrypted="its address",
        ),
        Address(url="https://shop.example", secret="its address"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_what_is_secret_is_not_in_a_trace(shown: object) -> None:
    assert "its address" not in repr(shown)
    assert "shop.example" in repr(shown)


def test_who_gives_a_command_is_part_of_it(ledger: MemoryLedger) -> None:
    ledger.run(initiate("one"))
    with pytest.raises(KeyReused):
        ledger.run(dataclasses.replace(initiate("one"), actor=SYSTEM))
    assert ledger.payments[PaymentId("one")].member == ADA
