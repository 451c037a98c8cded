"""The books: the slice of state that a batch of commands works on, in memory.

A command works on an overlay, which is merged into the books of its batch only if it succeeds.
Everything it changes is recorded on the way, so that the store can write it with one statement for
each table.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from payments.domain.answers import Answer
from payments.domain.changes import Changes, NotedEvent
from payments.domain.errors import BooksBroken, Refused
from payments.domain.events import Event
from payments.domain.guilds import GuildSettings, Package, Subscriber
from payments.domain.ids import (
    AccountKey,
    ActionId,
    CommandKey,
    GuildId,
    LotId,
    PackageId,
    PaymentId,
)
from payments.domain.incoming import Incoming, Trouble, TroubleKey
from payments.domain.layers import Layer
from payments.domain.ledger import Account, Hold, HoldSource, Lot, Repayment, Transfer
from payments.domain.pace import PaceKey, Unpaid
from payments.domain.payment import Payment
from payments.domain.references import ProviderReference
from payments.domain.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a command must see to decide. A payment comes with its buyer's account.

    Attributes:
        guilds: Settings and packages.
        payments: Payments, their holds, and their buyers' accounts.
        accounts: Members' accounts with open lots and debts.
        trails: Where a payment's points went.
        transfers: Transfers that are to be undone.
        bars: Members who may be barred from buying.
        references: Providers' ids of things, with the payments that they belong to; the
            installation's own id comes with them.
        troubles: Why messages were left to moderators, and how many.
        reaches: Buyers for whose payments points of others may be kept.
        unpaid: Members whose unpaid purchases count.
        paces: Who has done what how often.
    """

    guilds: frozenset[GuildId] = frozenset()
    payments: frozenset[PaymentId] = frozenset()
    accounts: frozenset[AccountKey] = frozenset()
    trails: frozenset[PaymentId] = frozenset()
    transfers: frozenset[ActionId] = frozenset()
    bars: frozenset[AccountKey] = frozenset()
    references: frozenset[ProviderReference] = frozenset()
    troubles: frozenset[TroubleKey] = frozenset()
    reaches: frozenset[AccountKey] = frozenset()
    unpaid: frozenset[AccountKey] = frozenset()
    paces: frozenset[PaceKey] = frozenset()

    def __or__(self, other: "Needs") -> "Needs":
        return Needs(
            guilds=self.guilds | other.guilds,
            payments=self.payments | other.payments,
            accounts=self.accounts | other.accounts,
            trails=self.trails | other.trails,
            transfers=self.transfers | other.transfers,
            bars=self.bars | other.bars,
            references=self.references | other.references,
            troubles=self.troubles | other.troubles,
            reaches=self.reaches | other.reaches,
            unpaid=self.unpaid | other.unpaid,
            paces=self.paces | other.paces,
        )


class NeedsMore(Exception):  # no error: it never leaves the runner
    """A command found on its way that it must see more: the transaction starts again with it."""

    def __init__(self, needs: Needs) -> None:
        super().__init__(needs)
        self.needs = needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Guild:
    """A guild's settings, and all its packages and subscribers, former ones too."""

    settings: GuildSettings
    packages: tuple[Package, ...] = ()
    subscribers: tuple[Subscriber, ...] = ()

    def package(self, package: PackageId) -> Package | None:
        """One of its packages."""
        return next((each for each in self.packages if each.id == package), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Where a payment's points went.

    Attributes:
        lapsed: How many of them have lapsed, with whomever.
        holders: Accounts other than the buyer's that hold some, in key order.
        tangled: Payments whose reversals may want the same points as this one's.
    """

    lapsed: int = 0
    holders: tuple[AccountKey, ...] = ()
    tangled: tuple[PaymentId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTransfer:
    """A transfer with what it did to lots, for undoing it.

    Attributes:
        transfer: The transfer.
        entries: Each lot (as it is now) with the points that came in or went out.
        undone: Whether it was undone already.
    """

    transfer: Transfer
    entries: tuple[tuple[Lot, int], ...]
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The state that was loaded for a batch. What is not in it was not asked for."""

    guilds: dict[GuildId, Guild] = field(default_factory=dict)
    payments: dict[PaymentId, Payment | None] = field(default_factory=dict)
    accounts: dict[AccountKey, Account] = field(default_factory=dict)
    holds: dict[ActionId, Hold] = field(default_factory=dict)
    repayments: dict[ActionId, dict[LotId, Repayment]] = field(default_factory=dict)
    trails: dict[PaymentId, Trail] = field(default_factory=dict)
    past: dict[ActionId, PastTransfer | None] = field(default_factory=dict)
    bars: dict[AccountKey, tuple[PaymentId, ...]] = field(default_factory=dict)
    references: dict[ProviderReference, PaymentId | None] = field(default_factory=dict)
    installation: str | None = None
    troubles: dict[TroubleKey, Trouble | None] = field(default_factory=dict)
    reaches: dict[AccountKey, tuple[PaymentId, ...]] = field(default_factory=dict)
    unpaid: dict[AccountKey, tuple[Unpaid, ...]] = field(default_factory=dict)
    paces: dict[PaceKey, Instant | None] = field(default_factory=dict)


class Books:
    """What commands read and change, through the verbs of `posting`, `reversal` and `settlement`.

    Args:
        below: What was loaded, or the books of a batch.
    """

    def __init__(self, below: "Slice | Books") -> None:
        self.key = CommandKey("")
        self.at = Instant(0)
        self.guilds: Layer[GuildId, Guild] = Layer(below.guilds)
        self.payments: Layer[PaymentId, Payment | None] = Layer(below.payments)
        self.accounts: Layer[AccountKey, Account] = Layer(below.accounts)
        self.holds: Layer[ActionId, Hold] = Layer(below.holds)
        self.repayments: Layer[ActionId, dict[LotId, Repayment]] = Layer(below.repayments)
        self.trails: Layer[PaymentId, Trail] = Layer(below.trails)
        self.past: Layer[ActionId, PastTransfer | None] = Layer(below.past)
        self.bars: Layer[AccountKey, tuple[PaymentId, ...]] = Layer(below.bars)
        self.references: Layer[ProviderReference, PaymentId | None] = Layer(below.references)
        self.installation: str | None = below.installation
        self.troubles: Layer[TroubleKey, Trouble | None] = Layer(below.troubles)
        self.reaches: Layer[AccountKey, tuple[PaymentId, ...]] = Layer(below.reaches)
        self.unpaid: Layer[AccountKey, tuple[Unpaid, ...]] = Layer(below.unpaid)
        self.paces: Layer[PaceKey, Instant | None] = Layer(below.paces)
        self.changes = Changes()
        self._ids = 0

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
        for account in overlay.accounts.changed.values():
            overlay.check(account)
        self.guilds.changed.update(overlay.guilds.changed)
        self.payments.changed.update(overlay.payments.changed)
        self.accounts.changed.update(overlay.accounts.changed)
        self.holds.changed.update(overlay.holds.changed)
        self.repayments.changed.update(overlay.repayments.changed)
        self.trails.changed.update(overlay.trails.changed)
        self.past.changed.update(overlay.past.changed)
        self.bars.changed.update(overlay.bars.changed)
        self.references.changed.update(overlay.references.changed)
        self.troubles.changed.update(overlay.troubles.changed)
        self.unpaid.changed.update(overlay.unpaid.changed)
        self.paces.changed.update(overlay.paces.changed)
        self.changes.extend(overlay.changes)

    def check(self, account: Account) -> None:
        """Refuse an account whose balance, lots and debt do not agree.

        Raises:
            BooksBroken: Names the account.
        """
        owed = sum(self.holds[debt].owed for debt in account.debts)
        if account.balance != account.in_lots - owed or (owed and account.lots):
            raise BooksBroken(
                f"{account.key}: balance {account.balance}, lots {account.in_lots}, debt {owed}"
            )

    def new_id(self) -> ActionId:
        """An id for what the command makes: derived from its key and a counter."""
        self._ids += 1
        name = f"{self.key}#{self._ids}"
        return ActionId(hashlib.blake2b(name.encode(), digest_size=16).hexdigest())

    def guild(self, guild: GuildId) -> Guild:
        """A guild's settings and packages."""
        if guild not in self.guilds:
            raise NeedsMore(Needs(guilds=frozenset({guild})))
        return self.guilds[guild]

    def find_payment(self, payment: PaymentId) -> Payment | None:
        """A payment, or none if there is no such payment."""
        if payment not in self.payments:
            raise NeedsMore(Needs(payments=frozenset({payment})))
        return self.payments[payment]

    def payment(self, payment: PaymentId) -> Payment:
        """A payment that must exist."""
        found = self.find_payment(payment)
        if found is None:
            raise Refused("There is no such payment.")
        return found

    def account(self, key: AccountKey) -> Account:
        """A member's account."""
        if key not in self.accounts:
            raise NeedsMore(Needs(accounts=frozenset({key})))
        return self.accounts[key]

    def trail(self, payment: PaymentId) -> Trail:
        """Where a payment's points went, with the accounts of whoever holds some."""
        if payment not in self.trails:
            raise NeedsMore(Needs(trails=frozenset({payment})))
        trail = self.trails[payment]
        self.require_accounts(trail.holders)
        buyer = self.payment(payment).buyer
        moved = {  # to whom points went since the trail was read
            key
            for key, account in self.accounts.merged().items()
            if key != buyer and any(lot.terms.payment == payment for lot in account.lots)
        }
        return replace(trail, holders=tuple(sorted(moved.union(trail.holders))))

    def require_accounts(self, keys: Iterable[AccountKey]) -> None:
        """Ask for all accounts at once that are not here yet."""
        missing = frozenset(key for key in keys if key not in self.accounts)
        if missing:
            raise NeedsMore(Needs(accounts=missing))

    def past_transfer(self, transfer: ActionId) -> PastTransfer:
        """A transfer that is to be undone."""
        if transfer not in self.past:
            raise NeedsMore(Needs(transfers=frozenset({transfer})))
        found = self.past[transfer]
        if found is None:
            raise Refused("There is no such transfer.")
        return found

    def barred_by(self, member: AccountKey) -> tuple[PaymentId, ...]:
        """The lost payments for which a member may not buy; none if they may."""
        if member not in self.bars:
            raise NeedsMore(Needs(bars=frozenset({member})))
        return self.bars[member]

    def trouble(self, key: TroubleKey) -> Trouble | None:
        """How many messages were left to moderators for a reason; none if there was none."""
        if key not in self.troubles:
            raise NeedsMore(Needs(troubles=frozenset({key})))
        return self.troubles[key]

    def require_references(self, references: Iterable[ProviderReference]) -> None:
        """Ask for all references at once that are not here yet."""
        missing = frozenset(each for each in references if each not in self.references)
        if missing:
            raise NeedsMore(Needs(references=missing))

    def note_references(self, references: Iterable[ProviderReference], payment: PaymentId) -> None:
        """Note that a provider's ids belong to a payment."""
        for each in references:
            if self.references.get(each, None) is None:
                self.references[each] = payment

    def standing_holds(self, payment: PaymentId) -> list[Hold]:
        """What reversals of a payment still keep, in the order in which it was taken."""
        holds = (self.holds[hold] for hold in self.payment(payment).holds)
        return [hold for hold in holds if hold.standing]

    def add_hold(self, hold: Hold) -> None:
        """Note a new piece of a reversal with its payment and, if points are owed, its debtor."""
        self.holds[hold.id] = hold
        payment = self.payment(hold.payment)
        self.payments[payment.id] = replace(payment, holds=(*payment.holds, hold.id))
        if hold.source is HoldSource.LOT:
            self._count_reached(hold, hold.standing)
        if hold.owed:
            account = self.account(hold.account)
            debts = sorted((*account.debts, hold.id), key=lambda each: self.holds[each].debt_order)
            self.accounts[account.key] = replace(account, debts=tuple(debts))

    def put_hold(self, hold: Hold) -> None:
        """Note a change of a hold, and strike debt that is paid from its debtor's account."""
        before = self.holds[hold.id]
        self.holds[hold.id] = hold
        if hold.source is HoldSource.LOT:
            self._count_reached(hold, hold.standing - before.standing)
        if hold.source is not HoldSource.DEBT or hold.owed:
            return
        account = self.account(hold.account)
        if hold.id in account.debts:
            debts = tuple(debt for debt in account.debts if debt != hold.id)
            self.accounts[account.key] = replace(account, debts=debts)

    def _count_reached(self, hold: Hold, points: int) -> None:
        """Count points that are kept from another than the buyer (or are given back, negative)."""
        if points and hold.account != (buyer := self.payment(hold.payment).buyer):
            account = self.account(buyer)
            self.accounts[buyer] = replace(account, reached=account.reached + points)

    def note_repayment(self, debt: ActionId, lot: Lot, points: int) -> None:
        """Note that a lot paid so much of a debt, or got so much of it back (negative)."""
        known = self.repayments.get(debt, {})
        before = known[lot.id].points if lot.id in known else 0
        repayment = Repayment(debt=debt, lot=replace(lot, remaining=0), points=before + points)
        self.repayments[debt] = {**known, lot.id: repayment}

    def note_lapse(self, lot: Lot) -> None:
        """Count a lot's points among those of its payment that have lapsed."""
        payment = lot.terms.payment
        if payment is not None and payment in self.trails:
            trail = self.trails[payment]
            self.trails[payment] = replace(trail, lapsed=trail.lapsed + lot.remaining)

    def put_guild(self, guild: Guild) -> None:
        """Note changed settings or packages."""
        self.guilds[guild.settings.guild] = guild

    def tell(self, event: Event) -> None:
        """Note a fact that others should hear of once it is committed."""
        self.changes.events.append(NotedEvent(self.new_id(), self.key, event))

    def keep_answer(self, answer: Answer) -> None:
        """Note an answer that is to be changed when the payment completes."""
        self.changes.answers[answer.payment] = answer

    def keep_incoming(self, incoming: Incoming) -> None:
        """Note a provider's message and what became of it."""
        self.changes.incoming[incoming.provider, incoming.id] = incoming
