"""A community with several payments: what its members do, and what the provider says."""

from dataclasses import dataclass, replace
from random import Random

from hypothesis import strategies as st

from payments.domain.values.ids import MemberId
from payments.domain.values.provider_updates import DisputeStatus, ProviderUpdate, RefundStatus
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    dispute_update,
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
