"""A journal in double entry, as accountants read it: each entry's debits equal its credits.

Points that members have paid for and not used are a debt of the guild to them. So a sale is no
revenue yet: its price stands in `DEFERRED` until the points are used, lapse or are taken back.
After each movement that account holds exactly what the unspent points of each payment cost (see
`payments.domain.values.report.worth`); an entry of points is the difference. So its balance over
any period is what `guildbank report` says of the worth at its end, less that at its beginning.

Points that are reserved in an order are not used yet: they are when it is fulfilled.

Points that were given away cost nothing and make no entry. What providers keep as fees is not in
the books, and makes none either: their statements say it.
"""

from dataclasses import dataclass
from enum import StrEnum

from payments.domain.values.ids import House, PaymentId
from payments.domain.values.report import ClaimKind, ReportClaim
from payments.domain.values.time import Instant


class JournalAccount(StrEnum):
    """An account of the journal."""

    PROVIDER = "Payment provider"
    """Asset: what the provider holds for the guild, before its fees and payouts."""
    DEFERRED = "Deferred points"
    """Liability: what unspent paid points cost, also those in open orders."""
    TAX = "Tax payable"
    """Liability: the tax in what was paid, less that in what was refunded."""
    USED = "Points used"
    """Revenue: points that were redeemed, also by orders that were fulfilled."""
    LAPSED = "Points lapsed"
    """Revenue: points whose time was over."""
    REVOKED = "Points revoked"
    """Revenue: paid points that moderators took."""
    REFUNDS = "Refunds"
    """Less revenue: money that went back, without its tax."""
    DISPUTES = "Disputes lost"
    """Expense: money that banks took back."""
    SURPLUS = "Paid twice"
    """Liability: what came for purchases that were paid before, until it has gone back."""
    TAKEN_BACK = "Points taken back"
    """Less of the two above: unspent points that were taken for refunds and disputes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """One side of an entry; one of the two amounts is zero.

    Attributes:
        debit: Minor units.
        credit: Minor units.
    """

    account: JournalAccount
    debit: int = 0
    credit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """What happened at one moment, in one currency.

    Attributes:
        what: In a word: `sale`, `surplus`, `refund`, `dispute`, `points`.
        provider: Whose balance the line about the provider means; empty if there is none.
        reference: The id of the payment, refund, dispute or transfer.
        payment: The payment that it is about.
    """

    at: Instant
    what: str
    provider: str
    reference: str
    payment: PaymentId
    currency: str
    lines: tuple[JournalLine, ...]


def sale_lines(price: int, paid: int) -> tuple[JournalLine, ...]:
    """A payment came: its price is owed in points, the rest is tax."""
    return _balanced(
        {
            JournalAccount.PROVIDER: paid,
            JournalAccount.DEFERRED: -price,
            JournalAccount.TAX: price - paid,
        }
    )


def surplus_lines(paid: int) -> tuple[JournalLine, ...]:
    """A payment came for a purchase that was paid before: all of it is owed to the buyer."""
    return _balanced({JournalAccount.PROVIDER: paid, JournalAccount.SURPLUS: -paid})


def claim_lines(claim: ReportClaim) -> tuple[JournalLine, ...]:
    """Money went back."""
    if claim.is_of_surplus:
        return _balanced(
            {JournalAccount.SURPLUS: claim.amount, JournalAccount.PROVIDER: -claim.amount}
        )
    if claim.kind is ClaimKind.DISPUTE:
        return _balanced(
            {JournalAccount.DISPUTES: claim.amount, JournalAccount.PROVIDER: -claim.amount}
        )
    return _balanced(
        {
            JournalAccount.REFUNDS: claim.amount - claim.tax,
            JournalAccount.TAX: claim.tax,
            JournalAccount.PROVIDER: -claim.amount,
        }
    )


def points_lines(change: int, house: House | None, *, repays: bool) -> tuple[JournalLine, ...]:
    """Unspent points became fewer or more, and by how much what they cost.

    Args:
        change: Of the worth, in minor units; negative if points went.
        house: Where they went to, or came from; none where they paid a debt on their way between
            members.
        repays: Whether they paid debt, or came back from where they had paid it.
    """
    account = JournalAccount.TAKEN_BACK
    if not repays and house is not None:
        account = _BY_HOUSE[house]
    return _balanced({JournalAccount.DEFERRED: -change, account: change})


_BY_HOUSE = {
    House.REDEEMED: JournalAccount.USED,
    House.EXPIRED: JournalAccount.LAPSED,
    House.ADJUSTED: JournalAccount.REVOKED,
    House.HELD: JournalAccount.TAKEN_BACK,
}


def _balanced(amounts: dict[JournalAccount, int]) -> tuple[JournalLine, ...]:
    """One line for each account: debits are positive here, credits negative, zero is left out."""
    return tuple(
        JournalLine(account=account, debit=max(0, amount), credit=max(0, -amount))
        for account, amount in amounts.items()
        if amount
    )
