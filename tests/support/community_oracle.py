"""A naive oracle for a whole community: who has which points once all of this has happened.

Written from the rules alone, point by point, with plain numbers. It shares nothing with the
program: a pot is points of one member from one payment with one end.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

WEEK = 7 * 24 * 3600 * 1_000_000
STANDING = {"refund": {"pending", "succeeded"}, "dispute": {"open", "lost"}}
GONE = {"succeeded", "lost"}


class Pot(NamedTuple):
    """Points that are alike; `origin` is empty for given ones, `end` infinite for most."""

    member: int
    origin: str
    end: float


@dataclass
class Bought:
    """A payment; its price is 100."""

    buyer: int
    points: int
    claims: dict[str, tuple[str, str, int, bool]] = field(default_factory=dict)
    """By id: kind, status, hundredths of the price, and whether it is for fraud."""

    def total(self, *, reaching: bool = False, gone: bool = False) -> int:
        percent = sum(
            part
            for kind, status, part, fraud in self.claims.values()
            if status in STANDING[kind]
            and (not reaching or fraud or kind == "dispute")
            and (not gone or status in GONE)
        )
        return self.points * min(100, percent) // 100

    def banning_claims(self) -> set[str]:
        return {
            name
            for name, (kind, status, _, fraud) in self.claims.items()
            if status == "lost" or (kind == "refund" and fraud and status in STANDING[kind])
        }


class World:
    """A community; each method is something that happens at a time."""

    def __init__(self) -> None:
        self.free: Counter[Pot] = Counter()
        self.since: dict[Pot, int] = {}
        self.lapsed: Counter[str] = Counter()
        self.bought: dict[str, Bought] = {}
        self.kept: defaultdict[str, Counter[Pot]] = defaultdict(Counter)
        self.gone: Counter[str] = Counter()
        self.fresh: Counter[tuple[str, Pot]] = Counter()
        """What each payment's claims have taken at `fresh_at`."""
        self.fresh_at = 0
        self.debt: Counter[str] = Counter()
        self.purchase_bans: set[str] = set()
        self.touched: set[str] = set()
        """Payments of which claims have ever asked for points."""

    # What members do

    def buy(self, name: str, member: int, points: int, at: int) -> None:
        owing = any(self.debt[each] or self.reached(each) for each in self.of(member))
        self.bought[name] = Bought(member, points)
        self.come(Pot(member, name, float("inf")), points, at)
        self.pay(member)
        if owing:
            self.level({name}, at)

    def grant(self, member: int, points: int, end: float, at: int) -> None:
        self.come(Pot(member, "", end), points, at)
        self.received(member, {""}, at)

    def spend(self, member: int, points: int, at: int) -> None:
        if self.usable(member, at) >= points:
            self.lapse(member, at)
            self.take(member, points)

    def pass_on(self, member: int, other: int, points: int, at: int) -> None:
        if self.usable(member, at) >= points:
            self.lapse(member, at)
            taken = self.take(member, points)
            for pot, part in taken.items():
                self.come(Pot(other, pot.origin, pot.end), part, at)
            self.received(other, {pot.origin for pot in taken}, at)

    # What a provider tells

    def tell(self, name: str, claim: str, what: tuple[str, str, int, bool], at: int) -> None:
        payment = self.bought[name]
        before = payment.banning_claims()
        payment.claims[claim] = what
        if payment.total():
            self.touched.add(name)
        if name in self.touched:  # a claim that comes to no point at all changes nothing
            self.level({name}, at)
        after = payment.banning_claims()
        if after - before:
            self.purchase_bans.add(name)
        elif before and not after:
            self.purchase_bans.discard(name)

    # How it works

    def of(self, member: int) -> list[str]:
        return sorted(name for name, each in self.bought.items() if each.buyer == member)

    def usable(self, member: int, at: int) -> int:
        return sum(self.free[pot] for pot in self.pots(member) if pot.end > at)

    def pots(self, member: int) -> list[Pot]:
        mine = [pot for pot in self.since if pot.member == member]
        return sorted(mine, key=self.order)

    def order(self, pot: Pot) -> tuple[bool, float, int, str]:
        return (pot.origin != "", pot.end, self.since[pot], pot.origin)

    def come(self, pot: Pot, points: int, at: int) -> None:
        if not self.free[pot]:
            self.since[pot] = at
        self.free[pot] += points

    def take(self, member: int, points: int) -> Counter[Pot]:
        taken: Counter[Pot] = Counter()
        for pot in self.pots(member):
            while points and self.free[pot]:
                self.free[pot] -= 1
                taken[pot] += 1
                points -= 1
        return taken

    def lapse(self, member: int, at: int) -> None:
        for pot in self.pots(member):
            if pot.end <= at:
                self.lapsed[pot.origin] += self.free.pop(pot, 0)

    def pay(self, member: int) -> None:
        for name in self.of(member):
            paid = self.take(member, self.debt[name])
            self.debt[name] -= paid.total()
            self.kept[name] += paid

    def received(self, member: int, origins: set[str], at: int) -> None:
        self.pay(member)
        self.level(
            {
                each
                for each in self.of(member)
                if (self.debt[each] and each in origins) or self.reached(each)
            },
            at,
        )

    def reached(self, name: str) -> int:
        return sum(
            points
            for pot, points in self.kept[name].items()
            if pot.member != self.bought[name].buyer
        )

    def spilled(self, name: str) -> bool:
        """Whether it keeps more than what remained of itself."""
        own = self.own(name)
        return bool(self.debt[name]) or any(
            pot not in own and points for pot, points in self.kept[name].items()
        )

    def own(self, name: str) -> set[Pot]:
        buyer = self.bought[name].buyer
        return {pot for pot in self.since if (pot.member, pot.origin) == (buyer, name)}

    def together(self, names: set[str]) -> set[str]:
        """All whose claims may want the same points."""
        found = set(names)
        while True:
            members = {self.bought[name].buyer for name in found}
            members |= {pot.member for name in found for pot in +self.kept[name]}
            more = {
                name
                for name, each in self.bought.items()
                if self.spilled(name)
                and (each.buyer in members or any(pot.origin in found for pot in +self.kept[name]))
            }
            if more <= found:
                return found
            found |= more

    def level(self, names: set[str], at: int) -> None:
        if not names:
            return
        names = self.together(names)
        members = {self.bought[name].buyer for name in names}
        members |= {pot.member for name in names for pot in +self.kept[name]}
        for name in names:
            if self.bought[name].total(reaching=True):
                members |= {pot.member for pot in +self.free if pot.origin == name}
        for member in members:
            self.lapse(member, at)
        before: Counter[Pot] = Counter()
        kept_before = {name: self.kept[name] for name in names}
        for name in names:
            before += self.kept[name]
        room = {pot: self.free[pot] + before[pot] for pot in self.since if pot.member in members}
        for name in names:
            self.gone[name] = min(self.bought[name].total(), self.lapsed[name])
        held = self.propose(names, room)
        after: Counter[Pot] = Counter()
        for name in names:
            self.kept[name] = Counter({pot: each[name] for pot, each in held.items() if each[name]})
            after += self.kept[name]
            total = self.bought[name].total() - self.gone[name]
            self.debt[name] = total - self.kept[name].total()
        self.free.subtract(after - before)
        self.come_back(before - after, self.been_away(kept_before, at), at)

    def come_back(self, back: Counter[Pot], away: Counter[Pot], at: int) -> None:
        """Points go back to their owners; those that were away live on for a week at least."""
        for pot in back:
            longer = max(0, min(back[pot], away[pot])) if pot.end < at + WEEK else 0
            if longer:
                self.come(pot._replace(end=at + WEEK), longer, at)
            self.free[pot] += back[pot] - longer

    def been_away(self, before: dict[str, Counter[Pot]], at: int) -> Counter[Pot]:
        """How many points come back to their owners that were not taken at this very moment."""
        if at != self.fresh_at:
            self.fresh.clear()
            self.fresh_at = at
        away: Counter[Pot] = Counter()
        for name, kept in before.items():
            for pot in {*kept, *self.kept[name]}:
                given = kept[pot] - self.kept[name][pot]
                at_once = min(given, self.fresh[name, pot])
                self.fresh[name, pot] -= at_once
                away[pot] += given if given < 0 else given - at_once
        return away

    def propose(self, names: set[str], room: dict[Pot, int]) -> dict[Pot, Counter[str]]:
        """Each point that a claim lacks is asked for, one at a time, the best first."""
        held: dict[Pot, Counter[str]] = {pot: Counter() for pot in room}
        wishes = {name: self.wishes(name, room) for name in names}
        while True:
            for name in sorted(names, reverse=True):  # the end is the same in any order
                payment, wanted = self.bought[name], wishes[name]
                lacking = payment.total() - self.gone[name]
                lacking -= sum(each[name] for each in held.values())
                reached = sum(
                    each[name] for pot, each in held.items() if pot.member != payment.buyer
                )
                if not lacking or not wanted:
                    continue
                if wanted[0].member != payment.buyer and reached == payment.total(reaching=True):
                    wanted.clear()
                elif not self.ask(name, wanted[0], held[wanted[0]], room[wanted[0]]):
                    wanted.pop(0)
                break
            else:
                return held

    def ask(self, name: str, pot: Pot, held: Counter[str], room: int) -> bool:
        """Ask for one point; whether it was given."""
        if held.total() >= room:
            others = sorted(+held, key=lambda each: (each != pot.origin, each))
            rank = sorted({*others, name}, key=lambda each: (each != pot.origin, each))
            if not others or rank[-1] == name:
                return False
            held[rank[-1]] -= 1
        held[name] += 1
        return True

    def wishes(self, name: str, room: dict[Pot, int]) -> list[Pot]:
        buyer = self.bought[name].buyer
        mine = sorted((pot for pot in room if pot.member == buyer), key=self.order)
        own = [pot for pot in mine if pot.origin == name]
        other = [pot for pot in mine if pot.origin != name]
        passed_on = [pot for pot in room if pot.origin == name and pot.member != buyer]
        passed_on.sort(key=lambda pot: (self.since[pot], pot.member, self.order(pot)))
        return [*own, *other, *passed_on]
