"""How things stand when a direct message is written."""

from dataclasses import dataclass

from bot.wording import text
from payments.domain.values.payment import Payment
from payments.services.provider_guide import ProviderGuide
from payments.store.queries import Balance, PaidBack


@dataclass(frozen=True, slots=True, kw_only=True)
class CardStanding:
    """How things stand when a message is written, which may be long after its event.

    Attributes:
        payment: The payment, without refunds, disputes and holds.
        guide: What people read of its provider.
        balance: What the member has.
        paid_back: What of the payment's points was not for the buyer.
        kept: Number of the member's points that reversals of the payment keep.
        gone: Number of those that are gone for good.
        server: The guild's name, unescaped; None if it is not known here.
        reader: The member's language and the names of points.
    """

    payment: Payment
    guide: ProviderGuide
    balance: Balance
    paid_back: PaidBack
    kept: int = 0
    gone: int = 0
    server: str | None
    reader: text.ReaderFormat = text.PLAIN
