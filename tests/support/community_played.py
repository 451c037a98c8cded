"""A community whose life is played on a ledger."""

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

from payments.commands.base import Command, Undo, by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.points.move import GrantPoints, SpendPoints, TransferPoints
from payments.domain.errors import Refused
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import AccountKey
from payments.domain.values.ledger import HoldSource, Lot
from payments.domain.values.provider_updates import ProviderUpdate
from payments.domain.values.time import DAY, Instant, later
from tests.support.community_lives import (
    FIRST,
    LATE,
    MEMBERS,
    Action,
    Block,
    Fact,
    Purchase,
    shuffled,
)
from tests.support.community_oracle import World
from tests.support.make import EVE, GUILD, START, checkout_update, event, initiate, key, package
from tests.support.memory_ledger import MemoryLedger


class Played:
    """A life in the program's books, and as the oracle sees it."""

    def __init__(self, world: World | None = None) -> None:
        self.ledger = MemoryLedger()
        self.world = world or World()
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
