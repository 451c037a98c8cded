"""Words of the evidence, for somebody who has never seen the program: a bank's clerk."""

from collections.abc import Mapping
from typing import Final

from payments.domain.values.items import ItemKind
from payments.domain.values.ledger import TransferKind
from payments.domain.values.orders import OrderState
from payments.domain.values.payment_state import PaymentState

KINDS: Final[Mapping[TransferKind, str]] = {
    TransferKind.PURCHASE: "came by the purchase",
    TransferKind.SPEND: "spent",
    TransferKind.PASS_ON: "passed on",
    TransferKind.GRANT: "granted",
    TransferKind.REVOKE: "revoked by a moderator",
    TransferKind.HOLD: "put on hold for a refund or dispute",
    TransferKind.RELEASE: "given back",
    TransferKind.BURN: "taken for good",
    TransferKind.UNBURN: "put on hold again",
    TransferKind.LAPSE: "expired",
    TransferKind.UNDO: "undone",
    TransferKind.RESERVE: "set aside for an order",
    TransferKind.UNRESERVE: "given back from an order",
    TransferKind.REDEEM: "spent on an order",
    TransferKind.RETURN: "given back from a returned order",
}
"""How points moved."""

CHANNELS: Final[Mapping[str, str]] = {
    "dm": "direct message to the buyer",
    "answer": "answer to the buyer's command",
    "mod": "moderators' channel",
    "card": "change of a card in the moderators' channel",
    "recipient": "direct message to the recipient",
    "proposal": "change of the card of a refund",
    "announce": "announcement channel",
    "owner": "direct message to the server's owner",
    "panel": "panel from which members order",
    "http": "another program",
    "mail": "mail to the buyer",
    "provider": "call to the payment provider",
    "role": "role on Discord",
    "staff": "card of the order",
}
"""Where a message went."""

STATUSES: Final[Mapping[str, str]] = {
    "delivered": "delivered",
    "waiting": "not delivered yet",
    "given_up": "could not be delivered",
    "dead": "could not be delivered",
}
"""What became of a message."""

EVENTS: Final[Mapping[str, str]] = {
    "payment.initiated": "The purchase began",
    "payment.pending": "The payment is on its way",
    "payment.success": "The payment succeeded",
    "payment.surplus": "Money came for a purchase that was paid before",
    "payment.held": "The money was reserved, and a moderator was asked",
    "payment.check_changed": "The moderator's check changed",
    "payment.released": "The reserved money was released",
    "payment.failed": "The payment failed",
    "payment.expired": "The checkout expired",
    "payment.error": "The payment needs a look",
    "payment.inquired": "The bank asks about the payment",
    "payment.inquiry_closed": "The bank asks no more",
    "payment.disputed": "The payment was disputed",
    "payment.charged_back": "The dispute was lost",
    "payment.dispute_won": "The dispute was won",
    "payment.fraud_warned": "The bank warned of fraud",
    "payment.refunded": "The payment was refunded",
    "refund.pending": "A refund is on its way",
    "refund.failed": "A refund failed",
    "refund.proposal_changed": "A refund that needs approval changed",
    "provider.call_requested": "The payment provider is asked for something",
    "provider.call_failed": "The payment provider did not do something",
    "points.awarded": "Points came to the buyer",
    "points.reverted": "Points were put on hold or taken back",
    "points.claimed": "Points of this payment were put on hold or taken back",
    "points.voided": "Points bought in test mode were removed",
}
"""What a message was about; each kind of event about a payment."""

STATES: Final[Mapping[PaymentState, str]] = {
    PaymentState.INITIATED: "not paid yet",
    PaymentState.PROCESSING: "the money is on its way",
    PaymentState.AUTHORIZED: "the money is reserved, not charged",
    PaymentState.COMPLETED: "paid",
    PaymentState.FAILED: "failed",
    PaymentState.EXPIRED: "expired without a payment",
    PaymentState.REFUNDED: "refunded",
    PaymentState.DISPUTED: "disputed",
    PaymentState.CHARGED_BACK: "charged back",
}
"""Where a payment stands."""

ITEM_KINDS: Final[Mapping[ItemKind, str]] = {
    ItemKind.ROLE: "a role on the Discord server",
    ItemKind.CODE: "codes that nobody else gets",
    ItemKind.PERSON: "given by a person",
    ItemKind.PROGRAM: "given by another program",
}
"""What an item is."""

ORDER_STATES: Final[Mapping[OrderState, str]] = {
    OrderState.PLACED: "not delivered yet",
    OrderState.FULFILLING: "delivery has begun",
    OrderState.FULFILLED: "delivered",
    OrderState.DENIED: "not delivered, denied",
    OrderState.CANCELLED: "not delivered, cancelled",
    OrderState.LAPSED: "not delivered in time",
    OrderState.FAILED: "could not be delivered",
    OrderState.RETURNED: "taken back",
}
"""How far an order is."""
