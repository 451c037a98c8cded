"""Which payments may be refunded, and whether a second moderator must agree."""

from payments.domain.books import GUILDS, PAYMENTS, TRAILS, Books, Needs
from payments.domain.errors import Refused
from payments.domain.rules.refundable import why_not
from payments.domain.values.ids import GuildId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment


def refundable(books: Books, guild: GuildId, payment: PaymentId, amount: Money | None) -> Payment:
    """The payment, if this amount of it can be refunded, or all that is left.

    Raises:
        Refused: Says why not, and how much can be.
    """
    found = payment_of_guild(books, guild, payment)
    why = found.why_not_refundable if amount is None else why_not(found, amount)
    if why is not None:
        raise Refused(why)
    return found


def needs_approval(books: Books, payment: Payment, amount: Money) -> bool:
    """Whether a second moderator must approve, counting what else of the payment goes back.

    Of a payment in another currency than the limit's, always.
    """
    limit = books.guild(payment.guild).settings.approval_limit
    if limit is None:
        return False
    goes_back = payment.refunded + payment.refunding + amount.minor
    return not limit.covers(Money(minor=goes_back, currency=amount.currency))


def payment_of_guild(books: Books, guild: GuildId, payment: PaymentId) -> Payment:
    """The payment. Raises Refused if this guild has none such."""
    found = books.find_payment(payment)
    if found is None or found.guild != guild:
        raise Refused("There is no such payment here.")
    return found


def refund_needs(guild: GuildId, payment: PaymentId) -> Needs:
    """What a command on a refund must see: the guild, the payment, and where its points went."""
    return GUILDS.of(guild) | PAYMENTS.of(payment) | TRAILS.of(payment)
