"""A ledger in memory that carries commands out."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from payments.commands.base import Command, ResultT
from payments.domain.books import (
    ACCOUNTS,
    CALLS,
    CODES,
    GUILDS,
    HOLDS,
    INSTALLATION,
    ITEMS,
    ORDERS,
    PAST_TRANSFERS,
    PAYMENTS,
    PURCHASE_BANS,
    REACHES,
    REFERENCES,
    REPAYMENTS,
    ROLE_TERMS,
    THIS,
    TRAILS,
    TROUBLES,
    WAYS,
    Books,
    GuildBooks,
    Needs,
    NeedsMore,
    PastTransfer,
    Slice,
    Trail,
)
from payments.domain.errors import KeyReused
from payments.domain.values.codes import Code, CodeKey
from payments.domain.values.events import Event
from payments.domain.values.guilds import GuildSettings, Package
from payments.domain.values.ids import (
    AccountKey,
    ActionId,
    CommandKey,
    GuildId,
    LotId,
    OrderId,
    PaymentId,
)
from payments.domain.values.inbox import Trouble, TroubleKey
from payments.domain.values.items import Item, ItemKey
from payments.domain.values.ledger import (
    Account,
    Hold,
    HoldSource,
    Lot,
    LotEntry,
    Repayment,
    Transfer,
    TransferKind,
)
from payments.domain.values.orders import Order
from payments.domain.values.payment import Payment
from payments.domain.values.provider_calls import CallKey, ProviderCall
from payments.domain.values.references import ProviderReference
from payments.domain.values.roles import RoleKey, RoleTerm
from payments.runner.runner import MAX_ROUNDS
from payments.store.rows.codec import content_of
from tests.support.just_asked import asked_just_now
from tests.support.ledgers import Standing, Whole, payment_whole, taken_of
from tests.support.memory_shop import order_of, orders_of, put_shop, shop_of


class MemoryLedger:
    """The whole domain in memory. Gives a command exactly what it asks for, as the store does."""

    def __init__(self) -> None:
        self.guilds: dict[GuildId, GuildBooks] = {}
        self.payments: dict[PaymentId, Payment] = {}
        self.accounts: dict[AccountKey, Account] = {}
        self.holds: dict[ActionId, Hold] = {}
        self.repayments: dict[ActionId, Mapping[LotId, Repayment]] = {}
        self.transfers: dict[ActionId, Transfer] = {}
        self.entries: list[LotEntry] = []
        self.lots: dict[LotId, Lot] = {}
        self.done: dict[CommandKey, tuple[str, Any]] = {}
        self.updates: list[str] = []
        self.events: list[Event] = []
        self.purchase_bans: dict[AccountKey, tuple[PaymentId, ...]] = {}
        self.references: dict[ProviderReference, PaymentId] = {}
        self.troubles: dict[TroubleKey, Trouble | None] = {}
        self.calls: dict[CallKey, ProviderCall | None] = {}
        self.items: dict[ItemKey, Item] = {}
        self.orders: dict[OrderId, Order] = {}
        self.codes: dict[CodeKey, Code] = {}
        self.role_terms: dict[RoleKey, RoleTerm] = {}

    def put_up(self, guild: GuildId, packages: Iterable[Package]) -> None:
        self.guilds[guild] = GuildBooks(
            settings=GuildSettings(guild=guild), packages=tuple(packages)
        )

    def run(self, command: Command[ResultT]) -> ResultT:
        command = asked_just_now(command, self.payments.get)
        if command.key in self.done:
            content, kept = self.done[command.key]
            if content != content_of(command):
                raise KeyReused(command.key)
            repeated: ResultT = kept
            return repeated
        needs = command.needs()
        for _ in range(MAX_ROUNDS):
            books = Books(self.slice(needs))
            overlay = books.begin(command.key, command.at)
            try:
                command.validate(overlay)
                result = command.execute(overlay)
            except NeedsMore as more:
                needs |= more.needs
                continue
            books.keep(overlay)
            self.keep(books)
            self.done[command.key] = (content_of(command), result)
            return result
        raise AssertionError(f"still not enough: {needs}")

    def slice(self, needs: Needs) -> Slice:
        references = {each: self.references.get(each) for each in needs[REFERENCES]}
        trails = {each: self.trail(each) for each in needs[TRAILS]}
        wanted = {*needs[PAYMENTS], *needs[WAYS], *needs[TRAILS]}
        wanted |= {*filter(None, references.values())}
        payments = {each: self.payments.get(each) for each in wanted}
        began = {each.id for each in payments.values() if each and each.purchase == each.id}
        ways = {each: self.ways(each) for each in {*needs[WAYS], *began}}
        orders = {each: order_of(self, each) for each in needs[ORDERS]}
        keys = {*needs[ACCOUNTS], *needs[REACHES]} | {
            each.buyer for each in payments.values() if each
        }
        keys |= {holder for trail in trails.values() for holder in trail.holders}
        keys |= {order.account for order in orders.values() if order}
        accounts = {key: self.accounts.get(key, Account(key=key)) for key in keys}
        ids = {hold for each in payments.values() if each for hold in each.holds}
        ids |= {debt for account in accounts.values() for debt in account.debts}
        loaded = Slice()
        loaded.put(GUILDS, {each: self.guilds[each] for each in needs[GUILDS]})
        loaded.put(PAYMENTS, payments)
        loaded.put(ACCOUNTS, accounts)
        loaded.put(HOLDS, {each: self.hold(each) for each in ids})
        loaded.put(
            REPAYMENTS, {each: self.repayments[each] for each in ids & self.repayments.keys()}
        )
        loaded.put(TRAILS, trails)
        loaded.put(PAST_TRANSFERS, {each: self.past(each) for each in needs[PAST_TRANSFERS]})
        loaded.put(
            PURCHASE_BANS, {each: self.purchase_bans.get(each, ()) for each in needs[PURCHASE_BANS]}
        )
        loaded.put(REFERENCES, references)
        if references or needs[INSTALLATION]:
            loaded.put(INSTALLATION, {THIS: "this"})
        loaded.put(TROUBLES, {each: self.troubles.get(each) for each in needs[TROUBLES]})
        loaded.put(CALLS, {each: self.calls.get(each) for each in needs[CALLS]})
        loaded.put(ORDERS, orders)
        loaded.put(WAYS, ways)
        put_shop(loaded, needs, self)
        loaded.put(REACHES, {each: self.reaches(each) for each in needs[REACHES]})
        return loaded

    def ways(self, began: PaymentId) -> tuple[PaymentId, ...]:
        return tuple(each.id for each in self.payments.values() if each.purchase == began)

    def trail(self, payment: PaymentId) -> Trail:
        lapses = {t.id for t in self.transfers.values() if t.kind is TransferKind.LAPSE}
        lapsed = sum(
            -entry.points
            for entry in self.entries
            if entry.transfer in lapses and self.lots[entry.lot].terms.payment == payment
        )
        buyer = self.payments[payment].buyer if payment in self.payments else None
        holders = {
            key
            for key, account in self.accounts.items()
            if key != buyer and any(lot.terms.payment == payment for lot in account.lots)
        }
        return Trail(
            lapsed=lapsed,
            holders=tuple(sorted(holders)),
            linked=tuple(self.linked(payment)),
            orders=orders_of(self, payment),
        )

    def linked(self, payment: PaymentId) -> set[PaymentId]:
        """Payments whose reversals may want the same points, over however many steps."""
        found = {payment} & self.payments.keys()
        for _ in self.payments:
            found |= {each for one in found for each in self.near(one)}
        return found - {payment}

    def near(self, payment: PaymentId) -> set[PaymentId]:
        standing = [hold for hold in self.holds.values() if hold.standing]
        touched = {hold.account for hold in standing if hold.payment == payment}
        touched.add(self.payments[payment].buyer)
        near = set()
        for hold in standing:
            buyer = self.payments[hold.payment].buyer
            repaid = self.repayments.get(hold.id, {}).values()
            origins = {each.lot.terms.payment for each in repaid if each.points}
            if hold.terms is not None:
                origins = {hold.terms.payment}
            own = hold.account == buyer and hold.terms and hold.terms.payment == hold.payment
            spilled = not own and hold.source is not HoldSource.LAPSED
            if spilled and (payment in origins or buyer in touched):
                near.add(hold.payment)
        return near

    def hold(self, hold: ActionId) -> Hold:
        """A piece, with its lot as it was opened last, as the store reads it."""
        found = self.holds[hold]
        if found.terms is None:
            return found
        return replace(found, opened_at=self.lots[found.lot.id].opened_at)

    def reaches(self, buyer: AccountKey) -> tuple[PaymentId, ...]:
        return tuple(
            {
                hold.payment
                for hold in self.holds.values()
                if hold.standing and hold.account != buyer == self.payments[hold.payment].buyer
            }
        )

    def past(self, transfer: ActionId) -> PastTransfer | None:
        if transfer not in self.transfers:
            return None
        return PastTransfer(
            transfer=self.transfers[transfer],
            entries=tuple(
                (self.lots[entry.lot], entry.points)
                for entry in self.entries
                if entry.transfer == transfer and entry.debt is None
            ),
            undone=any(each.undoes == transfer for each in self.transfers.values()),
        )

    def keep(self, books: Books) -> None:
        self.guilds.update(books[GUILDS].changed)
        self.troubles.update(books[TROUBLES].changed)
        self.calls.update(books[CALLS].changed)
        fresh = {k: v for k, v in books[REFERENCES].changed.items() if v}
        self.references.update({k: v for k, v in fresh.items() if k not in self.references})
        self.payments.update({k: v for k, v in books[PAYMENTS].changed.items() if v})
        self.items.update({k: v for k, v in books[ITEMS].changed.items() if v})
        self.orders.update({k: v for k, v in books[ORDERS].changed.items() if v})
        self.codes.update({k: v for k, v in books[CODES].changed.items() if v})
        self.role_terms.update(books[ROLE_TERMS].changed)
        self.accounts.update(books[ACCOUNTS].changed)
        self.holds.update(books[HOLDS].changed)
        self.repayments.update(books[REPAYMENTS].changed)
        self.transfers.update({each.id: each for each in books.changes.transfers})
        self.entries += books.changes.entries
        self.lots |= books.changes.lots
        self.purchase_bans.update(books[PURCHASE_BANS].changed)
        self.events += [noted.event for noted in books.changes.events]
        self.updates += [noted.event.name for noted in books.changes.events]

    def whole(self) -> Whole:
        return Whole(
            accounts={
                key: Standing(
                    account.balance,
                    account.in_lots,
                    sum(self.holds[debt].owed for debt in account.debts),
                )
                for key, account in self.accounts.items()
                if account != Account(key=key)
            },
            transfers=dict(self.transfers),
            payments={
                each.id: payment_whole(each, [self.holds[hold] for hold in each.holds])
                for each in self.payments.values()
            },
            taken=taken_of(
                self.payments.values(),
                self.holds.values(),
                self.repayments,
                (lot for account in self.accounts.values() for lot in account.lots),
            ),
            **shop_of(self),
        )


def branch(ledger: MemoryLedger) -> MemoryLedger:
    """A second ledger with the same past."""
    twin = MemoryLedger()
    for name, kept in vars(ledger).items():
        setattr(twin, name, kept.copy())
    return twin
