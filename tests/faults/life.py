"""The life of a small guild, written down before it is lived: one seed gives the same one again."""

import functools
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from payments.commands.base import Command, by_member, by_provider
from payments.commands.guild.packages import AddPackage
from payments.commands.guild.settings import ChangeSettings
from payments.commands.payments.refund import RequestRefund
from payments.commands.payments.refund_outcome import GiveRefundUp
from payments.commands.points.move import GrantPoints, SpendPoints, TransferPoints
from payments.domain.values.guilds import GuildSettings, Package
from payments.domain.values.ids import CommandKey, MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import (
    DisputeStatus,
    DisputeUpdate,
    MoneyStatus,
    ProviderUpdate,
    RefundStatus,
    RefundUpdate,
    object_of,
)
from payments.domain.values.time import MINUTE, Instant, later
from tests.support.make import (
    ADA,
    EVE,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    package,
    refund_update,
)

PACKAGES = (package(100, 300), package(7, 700), package(1000, 999))
STEP = MINUTE


@dataclass
class Life:
    """Commands in the order in which they are given, and what was told of each payment.

    Attributes:
        members: Who lives it.
        steps: Those of one step are given at the same time.
        updates: Facts by payment, for the oracle.
        bought: Points that each payment brings once it is paid.
    """

    members: list[MemberId] = field(default_factory=list)
    steps: list[list[Command[Any]]] = field(default_factory=list)
    updates: dict[PaymentId, list[ProviderUpdate]] = field(
        default_factory=lambda: defaultdict(list)
    )
    bought: dict[PaymentId, int] = field(default_factory=dict)


def live(
    seed: int,
    payments: int,
    *,
    jumps: tuple[int, ...] = (),
    shuffled: bool = False,
    members: int = 3,
) -> Life:
    """A life with a number of payments; each is paid, most are refunded, disputed, or passed on.

    Args:
        seed: The same one gives the same life.
        payments: How many.
        jumps: Microseconds by which the clock jumps from time to time.
        shuffled: Whether what is told of a payment comes in any order. Then moderators ask for no
            refunds: those are told of after they were asked for.
        members: How many there are.
    """
    chance = random.Random(seed)  # noqa: S311 - it must be the same again
    life = Life(members=[MemberId(ADA + number) for number in range(members)])
    now = START
    life.steps.append(list(_begin(now)))
    stories = [_story(chance, number, life, shuffled=shuffled) for number in range(payments)]
    waiting: list[Iterator[Any]] = [iter(story) for story in stories]
    while waiting:
        now = later(now, chance.choice((STEP, STEP, *jumps)))
        step = []
        for story in chance.sample(waiting, min(len(waiting), chance.randint(1, 4))):
            make = next(story, None)
            if make is None:
                waiting.remove(story)
            else:
                step.append(make(now))
        if step:
            life.steps.append(step)
    return life


def _begin(at: Instant) -> Iterator[Command[Any]]:
    common: dict[str, Any] = {"at": at, "actor": by_member(EVE), "guild": GUILD}
    settings = GuildSettings(guild=GUILD, maturity=0)
    yield ChangeSettings(key=CommandKey("settings"), settings=settings, **common)
    for each in PACKAGES:
        yield AddPackage(
            key=CommandKey(f"add:{each.id}"),
            name=each.name,
            points=each.points,
            price=each.price,
            package=each.id,
            **common,
        )


def _story(chance: random.Random, number: int, life: Life, *, shuffled: bool) -> list[Any]:
    """How one payment goes, as functions that make each command when its time has come."""
    name = f"01a1fca5-0000-7000-8000-{number:012}"
    payment = PaymentId(name)
    member, of = chance.choice(life.members), chance.choice(PACKAGES)
    life.bought[payment] = of.points
    tax = chance.choice((0, 19))

    def buy(at: Instant) -> Command[Any]:
        return initiate(name, member=member, of=of, at=at)

    events = count(1)
    answers: Counter[str] = Counter()

    def apply_update(update: ProviderUpdate, times: int = 1) -> list[Any]:
        """What is told of a refund or dispute is asked for just before, whenever that is."""
        told_in = next(events)

        @functools.cache
        def asked() -> ProviderUpdate:
            fresh = update
            if isinstance(update, RefundUpdate | DisputeUpdate):
                fresh = replace(update, seen=answers[object_of(update)])
                answers[object_of(update)] += 1
            life.updates[payment].append(fresh)
            return fresh

        return [lambda at: event(asked(), id=f"evt_{number}_{told_in}", at=at)] * times

    later_money = chance.random() < 0.2
    story: list[Any] = [buy]
    if later_money:
        story += apply_update(
            checkout_update(name, member=member, of=of, money=MoneyStatus.PROCESSING, tax=tax)
        )
    story += apply_update(
        checkout_update(name, member=member, of=of, tax=tax), chance.choice((1, 1, 2))
    )
    story += _moves(chance, number, member, life.members)
    end = chance.choice((_nothing, _refunds, _disputes))
    story += end(chance, number, payment, of, apply_update)
    if shuffled:
        others = [each for each in story[1:] if each.__name__ not in {"ask", "give_up"}]
        chance.shuffle(others)
        return [buy, *others]
    return story


def _moves(
    chance: random.Random, number: int, member: MemberId, members: list[MemberId]
) -> list[Any]:
    """Some points are passed on, spent and granted."""

    def move(kind: str, at: Instant) -> Command[Any]:
        common: dict[str, Any] = {
            "key": CommandKey(f"{kind}:{number}"),
            "at": at,
            "actor": by_member(member),
            "guild": GUILD,
            "member": member,
            "points": 1 + number % 5,
        }
        if kind == "grant":
            return GrantPoints(**common, as_owner=True)
        if kind == "spend":
            return SpendPoints(**common, note="a hat")
        other = members[(members.index(member) + 1) % len(members)]
        return TransferPoints(**common, recipient=other)

    kinds = chance.sample(("grant", "spend", "transfer"), chance.randint(0, 3))
    return [lambda at, kind=kind: move(kind, at) for kind in kinds]


def _nothing(*_: object) -> list[Any]:
    return []


def _refunds(
    chance: random.Random, number: int, payment: PaymentId, of: Package, apply_update: Any
) -> list[Any]:
    """A moderator asks for a part; it succeeds, fails later, or the provider refuses it."""
    refund = f"refund-{number}"
    amount = chance.randint(1, of.price.minor)

    def ask(at: Instant) -> Command[Any]:
        return RequestRefund(
            key=CommandKey(f"ask:{number}"),
            at=at,
            actor=by_member(EVE),
            guild=GUILD,
            payment=payment,
            refund=refund,
            moderator=EVE,
            amount=Money(minor=amount, currency=of.price.currency),
            request="{}",
        )

    def give_up(at: Instant) -> Command[Any]:
        return GiveRefundUp(
            key=CommandKey(f"give-up:{number}"),
            at=at,
            actor=by_provider("stripe"),
            guild=GUILD,
            payment=payment,
            refund=refund,
        )

    end = chance.choice(("refused", "succeeded", "failed"))
    if end == "refused":
        return [ask, give_up]
    story = [ask, *apply_update(refund_update(payment, refund, amount, RefundStatus.PENDING))]
    story += apply_update(refund_update(payment, refund, amount), chance.choice((1, 2)))
    if end == "failed":
        story += apply_update(refund_update(payment, refund, amount, RefundStatus.FAILED))
    return story


def _disputes(
    chance: random.Random, number: int, payment: PaymentId, of: Package, apply_update: Any
) -> list[Any]:
    """The bank takes the money back, and sometimes gives it back again."""
    dispute = f"dp_{number}"
    amount = chance.choice((of.price.minor, of.price.minor // 2))
    story = list(apply_update(dispute_update(payment, dispute, amount, DisputeStatus.OPEN)))
    lost, won = DisputeStatus.LOST, DisputeStatus.WON
    for end in chance.choice(((lost,), (won,), (lost, won))):
        story += apply_update(dispute_update(payment, dispute, amount, end))
    return story
