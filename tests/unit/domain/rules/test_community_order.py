"""A community with several payments ends the same in whatever order the provider tells of them.

Facts are told in any order between the members' actions, which keep their places; only what is told
of one refund or dispute keeps its own order, since its provider can turn it round. Every account,
lot, hold and bar is compared: between the orders, and with an oracle that shares nothing with the
program.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payments.commands.base import Command, Undo, by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.points.move import GrantPoints, SpendPoints, TransferPoints
from payments.domain.values.errors import Refused
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import AccountKey, MemberId
from payments.domain.values.ledger import HoldSource, Lot
from payments.domain.values.provider_updates import DisputeStatus, ProviderUpdate, RefundStatus
from payments.domain.values.time import DAY, Instant, later
from tests.support.community_oracle import World
from tests.support.ledgers import MemoryLedger
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    package,
    refund_update,
)

MEMBERS = (ADA, BEN, EVE)
REFUNDS = (
    ("pending", "succeeded"),
    ("pending", "failed"),
    ("pending",),
    ("succeeded", "failed"),
    ("pending", "succeeded", "failed", "succeeded"),
)
DISPUTES = (
    ("open", "lost"),
    ("open", "won"),
    ("open",),
    ("lost", "won"),
    ("open", "won", "open", "lost"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """A member pays; a fact of its own."""

    name: str
    member: MemberId
    points: int

    @property
    def of(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the provider says of a refund or dispute; `part` is hundredths of the price."""

    payment: str
    name: str
    kind: str
    status: str
    part: int
    fraud: bool

    @property
    def of(self) -> str:
        return f"{self.payment} {self.name}"

    def update(self) -> ProviderUpdate:
        if self.kind == "dispute":
            status = DisputeStatus(self.status)
            return dispute_update(self.payment, self.of, self.part, status)
        refund = refund_update(self.payment, self.of, self.part, RefundStatus(self.status))
        return replace(refund, is_fraud=self.fraud)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What a member does, or has done to them; `number` is whom or what else it is about."""

    verb: str
    member: MemberId
    points: int
    number: int


Fact = Purchase | Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Actions, then facts whose order means nothing, at one time."""

    days: int
    actions: tuple[Action, ...]
    facts: tuple[Fact, ...]


FIRST = (
    Purchase(name="p0", member=ADA, points=12),
    Purchase(name="p1", member=BEN, points=9),
    Purchase(name="p2", member=ADA, points=5),
    Purchase(name="p3", member=EVE, points=10),
)
LATE = (
    Purchase(name="p4", member=ADA, points=7),
    Purchase(name="p5", member=BEN, points=4),
)


@st.composite
def claims(draw: st.DrawFn, number: int) -> tuple[Claim, ...]:
    """The whole life of one refund or dispute."""
    kind = draw(st.sampled_from(["refund", "refund", "dispute", "dispute"]))
    words = draw(st.sampled_from(REFUNDS if kind == "refund" else DISPUTES))
    payment = draw(st.sampled_from(FIRST)).name
    part = draw(st.sampled_from([100, 100, 50, 34, 7]))
    fraud = kind == "refund" and draw(st.booleans())
    return tuple(
        Claim(payment=payment, name=f"c{number}", kind=kind, status=word, part=part, fraud=fraud)
        for word in words
    )


@st.composite
def actions(draw: st.DrawFn, *, undo: bool) -> Action:
    verbs = ["spend", "pass on", "pass on", "pass on", "grant", "grant for days"]
    return Action(
        verb=draw(st.sampled_from([*verbs, *(["undo", "undo"] if undo else [])])),
        member=draw(st.sampled_from(MEMBERS)),
        points=draw(st.integers(1, 12)),
        number=draw(st.integers(0, 5)),
    )


@st.composite
def lives(draw: st.DrawFn, *, undo: bool) -> list[Block]:
    """A few blocks; each claim's life goes on from one to the next, or ends in one."""
    count = draw(st.integers(1, 3))
    facts: list[list[Fact]] = [[] for _ in range(count)]
    for number in range(draw(st.integers(1, 4))):
        life = draw(claims(number))
        places = sorted(draw(st.integers(0, count - 1)) for _ in life)
        for place, each in zip(places, life, strict=True):
            facts[place].append(each)
    for late in LATE:
        if draw(st.booleans()):
            facts[draw(st.integers(0, count - 1))].append(late)
    return [
        Block(
            days=draw(st.sampled_from([0, 1, 5, 20])),
            actions=tuple(draw(st.lists(actions(undo=undo), max_size=5))),
            facts=tuple(some),
        )
        for some in facts
    ]


def shuffled(facts: tuple[Fact, ...], random: Random) -> list[Fact]:
    """Another order, in which what is told of one thing keeps its own."""
    names = [fact.of for fact in facts]
    random.shuffle(names)
    waiting = {name: iter([fact for fact in facts if fact.of == name]) for name in names}
    return [next(waiting[name]) for name in names]


class Played:
    """A life in the program's books, and as the oracle sees it."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        self.world = World()
        self.now = START
        self.done: list[tuple[Command[Any], Any]] = []
        self.ledger.put_up(GUILD, [package(each.points, 100) for each in (*FIRST, *LATE)])
        at_once = GuildSettings(guild=GUILD, maturity=0)
        change = ChangeSettings(
            key=key(), at=START, actor=by_member(EVE), guild=GUILD, settings=at_once
        )
        self.ledger.run(change)
        for each in (*FIRST, *LATE):
            bought = package(each.points, 100)
            self.ledger.run(initiate(each.name, member=each.member, of=bought))
        for each in FIRST:
            self.tell(each)

    def play(self, life: list[Block], random: Random | None) -> None:
        for block in life:
            self.now = later(self.now, block.days * DAY + 1)
            for action in block.actions:
                self.act(action)
                self.now = later(self.now, 1)
            for fact in shuffled(block.facts, random) if random else block.facts:
                self.tell(fact)

    def tell(self, fact: Fact) -> None:
        if isinstance(fact, Purchase):
            bought = package(fact.points, 100)
            update: ProviderUpdate = checkout_update(fact.name, member=fact.member, of=bought)
            self.world.buy(fact.name, fact.member, fact.points, self.now)
        else:
            update = fact.update()
            what = (fact.kind, fact.status, fact.part, fact.fraud)
            self.world.tell(fact.payment, fact.of, what, self.now)
        self.ledger.run(event(update, at=self.now))

    def act(self, action: Action) -> None:
        member, points = action.member, action.points
        others = [each for each in MEMBERS if each != member]
        other = others[action.number % 2]
        end = later(self.now, 3 * action.number * DAY + 1)
        common: dict[str, Any] = {
            "key": key(),
            "at": self.now,
            "actor": by_member(member),
            "guild": GUILD,
            "member": member,
            "points": points,
        }
        command: Command[Any]
        match action.verb:
            case "spend":
                command = SpendPoints(**common)
                self.world.spend(member, points, self.now)
            case "pass on":
                command = TransferPoints(**common, recipient=other)
                self.world.pass_on(member, other, points, self.now)
            case "grant":
                command = GrantPoints(**common, as_owner=True)
                self.world.grant(member, points, float("inf"), self.now)
            case "grant for days":
                command = GrantPoints(**common, expires_at=end, as_owner=True)
                self.world.grant(member, points, end, self.now)
            case _:
                if action.number >= len(self.done):
                    return
                undone, outcome = self.done[action.number]
                command = Undo.of(undone, outcome, at=self.now, key=key())
        ledger: Any = self.ledger  # what a command returns depends on which it is
        try:
            done = ledger.run(command)
        except Refused:
            return
        if not isinstance(command, Undo):
            self.done.append((command, done))

    # What can be compared

    def accounts(self) -> dict[Any, Any]:
        """Balance, debt and lots of each member, and what each payment's reversals keep."""
        ledger = self.ledger
        members = {
            member: (
                account.balance_at(self.now),
                sum(ledger.holds[debt].owed for debt in account.debts),
                account.reached,
                Counter({self.pot(x): x.remaining for x in account.lots if not self.is_over(x)}),
            )
            for member in MEMBERS
            if (account := ledger.accounts.get(AccountKey(GUILD, member)))
        }
        return members | dict(self.kept()) | {"bars": self.purchase_bans()}

    def is_over(self, lot: Lot) -> bool:
        """Whether it has lapsed, swept or not."""
        return lot.has_lapsed(self.now)

    def purchase_bans(self) -> set[str]:
        return {payment for banned in self.ledger.purchase_bans.values() for payment in banned}

    def kept(self) -> Iterator[tuple[str, Any]]:
        for payment in self.ledger.payments.values():
            lots: Counter[Any] = Counter()
            owed = lapsed = burned = 0
            for piece in (self.ledger.holds[each] for each in payment.holds):
                burned += piece.burned
                owed += piece.owed
                if piece.source is HoldSource.LAPSED:
                    lapsed += piece.standing
                elif piece.source is HoldSource.LOT:
                    lots[self.pot(piece.lot, back=True)] += piece.standing
                for repaid in self.ledger.repayments.get(piece.id, {}).values():
                    lots[self.pot(repaid.lot, back=True)] += repaid.points
            assert burned == payment.burn_target
            yield payment.id, (+lots, owed, lapsed)

    def pot(self, lot: Lot, *, back: bool = False) -> tuple[int, str, float]:
        """Points that are alike; of kept ones, those that they would be if they came back now."""
        terms = lot.terms.restored(Instant(self.now)) if back else lot.terms
        end = float("inf") if terms.expires_at is None else terms.expires_at
        return int(lot.account.owner), terms.payment or "", end

    def expected(self) -> dict[Any, Any]:
        """What the oracle says of the same."""
        world = self.world
        members = {}
        for member in MEMBERS:
            open_now = [pot for pot in world.pots(member) if pot.end > self.now]
            lots = +Counter({tuple(pot): world.free[pot] for pot in open_now})
            debt = sum(world.debt[name] for name in world.of(member))
            reached = sum(world.reached(name) for name in world.of(member))
            members[member] = (lots.total() - debt, debt, reached, lots)
        kept: dict[Any, Any] = {each.name: (Counter(), 0, 0) for each in LATE}
        week = later(self.now, 7 * DAY)
        for name in world.bought:
            back: Counter[Any] = Counter()
            for pot, points in (+world.kept[name]).items():
                back[(pot.member, pot.origin, max(pot.end, week))] += points
            kept[name] = (back, world.debt[name], world.gone[name])
        return members | kept | {"bars": world.purchase_bans}


@pytest.mark.slow
@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(lives(undo=False), st.integers(0, 2**32))
def test_every_account_is_as_the_oracle_says_in_any_order(life: list[Block], seed: int) -> None:
    for random in (None, Random(seed)):  # noqa: S311 - an order, no secret
        played = Played()
        played.play(life, random)
        assert played.accounts() == played.expected()


@pytest.mark.slow
@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(lives(undo=True), st.integers(0, 2**32))
def test_every_account_is_the_same_in_any_order_also_where_things_are_undone(
    life: list[Block], seed: int
) -> None:
    first = Played()
    first.play(life, None)
    for number in range(3):
        other = Played()
        other.play(life, Random(seed + number))  # noqa: S311 - an order, no secret
        assert other.accounts() == first.accounts()
