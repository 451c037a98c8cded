"""The books: the slice of state that a batch of commands works on, in memory.

A command works on an overlay, which is merged into the books of its batch only if it succeeds.
Everything it changes is recorded on the way, so that the store can write it with one statement for
each table.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from payments.domain.books.changes import Changes, NotedEvent
from payments.domain.books.collections import (
    ACCOUNTS,
    GUILDS,
    HOLDS,
    INSTALLATION,
    ITEMS,
    ORDERS,
    PAST_TRANSFERS,
    PAYMENTS,
    PURCHASE_BANS,
    REFERENCES,
    REPAYMENTS,
    THIS,
    TRAILS,
    TROUBLES,
)
from payments.domain.books.needs import Collection, NeedsMore
from payments.domain.books.overlay import Overlay
from payments.domain.books.records import GuildBooks, PastTransfer, Trail
from payments.domain.books.slice import Slice
from payments.domain.errors import BooksBroken, Refused
from payments.domain.values.answers import PurchaseAnswer
from payments.domain.values.buyer_address import BuyerAddress
from payments.domain.values.events import Event
from payments.domain.values.ids import (
    AccountKey,
    ActionId,
    CommandKey,
    GuildId,
    OrderId,
    PaymentId,
)
from payments.domain.values.inbox import InboxEvent, Trouble, TroubleKey
from payments.domain.values.items import Item, ItemKey
from payments.domain.values.ledger import Account, Hold, HoldSource, Lot, Repayment
from payments.domain.values.orders import Order
from payments.domain.values.payment import Payment
from payments.domain.values.references import ProviderReference
from payments.domain.values.time import Instant

K = TypeVar("K")
V = TypeVar("V")


class Books:
    """What commands read and change, through the verbs of `posting`, `reversal` and `settlement`.

    Args:
        below: What was loaded, or the books of a batch.
    """

    def __init__(self, below: "Slice | Books") -> None:
        self.key = CommandKey("")
        self.at = Instant(0)
        self.changes = Changes()
        self._below = below
        self._overlays: dict[Collection[Any, Any], Overlay[Any, Any]] = {}
        self._ids = 0

    def __getitem__(self, collection: Collection[K, V]) -> Overlay[K, V]:
        """A collection as it is now; to be written to with care, for the verbs below do more."""
        try:
            return self._overlays[collection]
        except KeyError:  # made on first use: a command touches few
            overlay = self._overlays[collection] = Overlay(self._below[collection])
            return overlay

    def begin(self, key: CommandKey, at: Instant) -> "Books":
        """An overlay for one command, given under `key` at `at`."""
        overlay = Books(self)
        overlay.key, overlay.at = key, at
        return overlay

    def keep(self, overlay: "Books") -> None:
        """Merge a command that succeeded.

        Raises:
            BooksBroken: An account would not agree with itself; nothing is merged.
        """
        for account in overlay[ACCOUNTS].changed.values():
            overlay.check(account)
        for collection in overlay.changed():
            self[collection].changed.update(overlay[collection].changed)
        self.changes.extend(overlay.changes)

    def changed(self) -> list[Collection[Any, Any]]:
        """The collections of which something was changed."""
        return [each for each, overlay in self._overlays.items() if overlay.changed]

    def see(self, collection: Collection[K, V], key: K) -> V:
        """What a collection has under a key.

        Raises:
            NeedsMore: It is not here yet.
        """
        try:
            return self[collection][key]
        except KeyError:
            raise NeedsMore(collection.of(key)) from None

    def require(self, collection: Collection[K, Any], keys: Iterable[K]) -> None:
        """Ask for all keys at once that are not here yet.

        Raises:
            NeedsMore: Names them.
        """
        known = self[collection]
        if missing := [key for key in keys if key not in known]:
            raise NeedsMore(collection.all_of(missing))

    def check(self, account: Account) -> None:
        """Refuse an account whose balance, lots and debt do not agree.

        Raises:
            BooksBroken: Names the account.
        """
        owed = sum(self[HOLDS][debt].owed for debt in account.debts)
        if account.balance != account.in_lots - owed or (owed and account.lots):
            raise BooksBroken(
                f"{account.key}: balance {account.balance}, lots {account.in_lots}, debt {owed}"
            )

    def new_id(self) -> ActionId:
        """An id for what the command makes: derived from its key and a counter."""
        self._ids += 1
        name = f"{self.key}#{self._ids}"
        return ActionId(hashlib.blake2b(name.encode(), digest_size=16).hexdigest())

    def guild(self, guild: GuildId) -> GuildBooks:
        """A guild's settings and packages."""
        return self.see(GUILDS, guild)

    def find_payment(self, payment: PaymentId) -> Payment | None:
        """A payment, or None if there is no such payment."""
        return self.see(PAYMENTS, payment)

    def payment(self, payment: PaymentId) -> Payment:
        """A payment that must exist."""
        found = self.see(PAYMENTS, payment)
        if found is None:
            raise Refused("There is no such payment.")
        return found

    def account(self, key: AccountKey) -> Account:
        """A member's account."""
        return self.see(ACCOUNTS, key)

    def trail(self, payment: PaymentId) -> Trail:
        """Where a payment's points went, with the accounts that hold some."""
        trail = self.see(TRAILS, payment)
        self.require(ACCOUNTS, trail.holders)
        buyer = self.payment(payment).buyer
        moved = {  # to whom points went since the trail was read
            key
            for key, account in self[ACCOUNTS].merged().items()
            if key != buyer and any(lot.terms.payment == payment for lot in account.lots)
        }
        ordered = {  # what it paid for since then
            order.id
            for order in self[ORDERS].merged().values()
            if order is not None and payment in order.payments
        }
        return replace(
            trail,
            holders=tuple(sorted(moved.union(trail.holders))),
            orders=tuple(sorted(ordered.union(trail.orders))),
        )

    def order(self, order: OrderId) -> Order:
        """An order that must exist."""
        found = self.see(ORDERS, order)
        if found is None:
            raise Refused("There is no such order.")
        return found

    def item(self, key: ItemKey) -> Item:
        """An item that must exist."""
        found = self.see(ITEMS, key)
        if found is None:
            raise Refused("There is no such item.")
        return found

    def past_transfer(self, transfer: ActionId) -> PastTransfer:
        """A transfer that is to be undone."""
        found = self.see(PAST_TRANSFERS, transfer)
        if found is None:
            raise Refused("There is no such transfer.")
        return found

    def purchase_banned_by(self, member: AccountKey) -> tuple[PaymentId, ...]:
        """The lost payments for which a member may not buy; None if they may."""
        return self.see(PURCHASE_BANS, member)

    def trouble(self, key: TroubleKey) -> Trouble | None:
        """How many messages were left to moderators for a reason; None if there was none."""
        return self.see(TROUBLES, key)

    def installation(self) -> str:
        """The id that tells this installation from any other on the same account."""
        return self.see(INSTALLATION, THIS)

    def note_references(self, references: Iterable[ProviderReference], payment: PaymentId) -> None:
        """Note that a provider's ids belong to a payment."""
        for each in references:
            if self[REFERENCES].get(each, None) is None:
                self[REFERENCES][each] = payment

    def standing_holds(self, payment: PaymentId) -> list[Hold]:
        """What reversals of a payment still keep, in the order in which it was taken."""
        holds = (self[HOLDS][hold] for hold in self.payment(payment).holds)
        return [hold for hold in holds if hold.standing]

    def add_hold(self, hold: Hold) -> None:
        """Note a new piece of a reversal with its payment and, if points are owed, its debtor."""
        self[HOLDS][hold.id] = hold
        payment = self.payment(hold.payment)
        self[PAYMENTS][payment.id] = replace(payment, holds=(*payment.holds, hold.id))
        if hold.source is HoldSource.LOT:
            self._count_reached(hold, hold.standing)
        if hold.owed:
            account = self.account(hold.account)
            debts = sorted((*account.debts, hold.id), key=lambda each: self[HOLDS][each].debt_order)
            self[ACCOUNTS][account.key] = replace(account, debts=tuple(debts))

    def put_hold(self, hold: Hold) -> None:
        """Note a change of a hold, and strike debt that is paid from its debtor's account."""
        before = self[HOLDS][hold.id]
        self[HOLDS][hold.id] = hold
        if hold.source is HoldSource.LOT:
            self._count_reached(hold, hold.standing - before.standing)
        if hold.source is not HoldSource.DEBT or hold.owed:
            return
        account = self.account(hold.account)
        if hold.id in account.debts:
            debts = tuple(debt for debt in account.debts if debt != hold.id)
            self[ACCOUNTS][account.key] = replace(account, debts=debts)

    def _count_reached(self, hold: Hold, points: int) -> None:
        """Count points that are kept from another than the buyer (or are given back, negative)."""
        if points and hold.account != (buyer := self.payment(hold.payment).buyer):
            account = self.account(buyer)
            self[ACCOUNTS][buyer] = replace(account, reached=account.reached + points)

    def note_repayment(self, debt: ActionId, lot: Lot, points: int) -> None:
        """Note how much of a debt a lot paid, or how much of it the lot got back (negative)."""
        known = self[REPAYMENTS].get(debt, {})
        before = known[lot.id].points if lot.id in known else 0
        repayment = Repayment(debt=debt, lot=replace(lot, remaining=0), points=before + points)
        self[REPAYMENTS][debt] = {**known, lot.id: repayment}

    def note_lapse(self, lot: Lot) -> None:
        """Count a lot's points among those of its payment that have lapsed."""
        payment = lot.terms.payment
        if payment is not None and payment in self[TRAILS]:
            trail = self[TRAILS][payment]
            self[TRAILS][payment] = replace(trail, lapsed=trail.lapsed + lot.remaining)

    def put_guild(self, guild: GuildBooks) -> None:
        """Note changed settings or packages."""
        self[GUILDS][guild.settings.guild] = guild

    def emit(self, event: Event) -> None:
        """Emit an event: it is delivered once it is committed."""
        self.changes.events.append(NotedEvent(self.new_id(), self.key, event))

    def keep_answer(self, answer: PurchaseAnswer) -> None:
        """Note an answer that is to be changed when the payment completes."""
        self.changes.answers[answer.payment] = answer

    def keep_buyer(self, payment: PaymentId, buyer: BuyerAddress) -> None:
        """Note where the buyer of a payment gets mail."""
        self.changes.buyers[payment] = buyer

    def keep_inbox_event(self, inbox_event: InboxEvent) -> None:
        """Note a provider's message and what became of it."""
        self.changes.inbox_events[inbox_event.provider, inbox_event.id] = inbox_event
