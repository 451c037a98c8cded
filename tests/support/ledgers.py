"""Two ledgers that carry commands out: one in memory, one over the real store."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple, Protocol

from payments.commands.base import Command, ResultT
from payments.domain.values.codes import Code, CodeKey
from payments.domain.values.guilds import Package
from payments.domain.values.ids import AccountKey, ActionId, GuildId, LotId, OrderId, PaymentId
from payments.domain.values.items import Item, ItemKey
from payments.domain.values.ledger import (
    Hold,
    HoldSource,
    Lot,
    Repayment,
    Transfer,
)
from payments.domain.values.orders import Order
from payments.domain.values.payment import Payment
from payments.domain.values.roles import RoleKey, RoleTerm


class Standing(NamedTuple):
    """An account as the books have it."""

    balance: int
    in_lots: int
    owed: int


class Taken(NamedTuple):
    """What a payment's reversals have taken of whom.

    Attributes:
        reached: The payment's points that are kept from others than the buyer.
        of_strangers: Other points that are kept from others than the buyer: never any.
        owed: The buyer's open debt for it.
        with_others: The payment's points that others have, or that other payments' reversals keep.
    """

    reached: int
    of_strangers: int
    owed: int
    with_others: int


class Whole(NamedTuple):
    """All of a ledger that can be compared; accounts with nothing in them are left out."""

    accounts: dict[AccountKey, Standing]
    transfers: dict[ActionId, Transfer]
    payments: dict[PaymentId, tuple[Payment, int, int]]
    """Each payment without holds, how many of its points are out, and how many are gone."""
    taken: dict[PaymentId, Taken]
    orders: dict[OrderId, Order]
    items: dict[ItemKey, Item]
    terms: dict[RoleKey, RoleTerm]
    codes: dict[CodeKey, Code]


class Ledger(Protocol):
    """Carries commands out one at a time."""

    def put_up(self, guild: GuildId, packages: Iterable[Package]) -> None: ...

    def run(self, command: Command[ResultT]) -> ResultT: ...

    def whole(self) -> Whole: ...


def taken_of(
    payments: Iterable[Payment],
    holds: Iterable[Hold],
    repayments: Mapping[ActionId, Mapping[LotId, Repayment]],
    lots: Iterable[Lot],
) -> dict[PaymentId, Taken]:
    """What each payment's reversals have taken of whom, by looking at every piece and lot."""
    known = list(payments)
    pieces = [(hold, _lots_of(hold, repayments)) for hold in holds if hold.standing]
    here = list(lots)
    taken = {}
    for payment in known:
        own = [(hold, kept) for hold, kept in pieces if hold.payment == payment.id]
        others = [kept for hold, kept in pieces if hold.payment != payment.id]
        foreign = [
            (lot, points) for _, kept in own for lot, points in kept if lot.account != payment.buyer
        ]
        wanted = [(lot, lot.remaining) for lot in here] + [each for kept in others for each in kept]
        taken[payment.id] = Taken(
            reached=sum(n for lot, n in foreign if lot.terms.payment == payment.id),
            of_strangers=sum(n for lot, n in foreign if lot.terms.payment != payment.id),
            owed=sum(hold.owed for hold, _ in own),
            with_others=sum(
                n
                for lot, n in wanted
                if lot.terms.payment == payment.id and lot.account != payment.buyer
            ),
        )
    return taken


def _lots_of(
    hold: Hold, repayments: Mapping[ActionId, Mapping[LotId, Repayment]]
) -> list[tuple[Lot, int]]:
    if hold.source is HoldSource.LOT:
        return [(hold.lot, hold.standing)]
    return [(each.lot, each.points) for each in repayments.get(hold.id, {}).values()]


def payment_whole(payment: Payment, pieces: Iterable[Hold]) -> tuple[Payment, int, int]:
    out = gone = 0
    for piece in pieces:
        out += piece.standing
        gone += piece.burned
    facts = replace(
        payment,
        holds=(),
        refunds=tuple(sorted(payment.refunds, key=lambda each: each.id)),
        disputes=tuple(sorted(payment.disputes, key=lambda each: each.id)),
    )
    return facts, out, gone


def moved(whole: Whole) -> Counter[AccountKey]:
    """Each account's sum of transfers, recomputed from nothing."""
    sums: Counter[AccountKey] = Counter()
    for transfer in whole.transfers.values():
        sums[transfer.source] -= transfer.points
        sums[transfer.destination] += transfer.points
    return sums
