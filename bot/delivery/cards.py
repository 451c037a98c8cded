"""What moderators read: one card for each kind of event that needs a person."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from discord import ui

from bot.delivery.check_words import held_card
from bot.delivery.dispute_cards import charged_back, disputed, fraud_warned, inquired, won
from bot.delivery.integration_cards import recovered, troubled
from bot.delivery.payment_card import about_payment
from bot.delivery.refund_cards import refund_failed, refund_pending, refunded
from bot.delivery.role_words import role_taken_away
from bot.delivery.seen import Seen
from bot.delivery.surplus_words import paid_twice_card
from bot.delivery.trouble_cards import access_refused, stuck, subscriber_disabled
from bot.ui.card import Mood
from bot.wording import text
from payments.domain.sentences.parts import Code, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import (
    DisputeWon,
    Event,
    FraudWarned,
    IntegrationRecovered,
    IntegrationTroubled,
    PaymentChargedBack,
    PaymentDisputed,
    PaymentHeld,
    PaymentInquired,
    PaymentMismatch,
    PaymentRefunded,
    PaymentSurplus,
    ProviderAccessRefused,
    ProviderCallFailed,
    ProviderEventStuck,
    RefundFailed,
    RefundPending,
    RoleTakenAway,
    SubscriberDisabled,
)


def _needs_a_look(event: PaymentMismatch, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    del seen
    why = Sentence("{reason}", reason=Verbatim(event.reason))
    return about_payment(event, reader, Sentence("A payment needs a look"), [why], Mood.BAD)


def _call_failed(event: ProviderCallFailed, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    asked = Sentence(
        "{provider} was asked for {call} of {object}, which has not been done. {reason}",
        provider=Verbatim(seen.guide.title(event.provider)),
        call=Code(event.call),
        object=Code(event.object),
        reason=Verbatim(event.reason),
    )
    what_next = Sentence("The person who runs the bot can do it at the provider.")
    title = Sentence("A payment provider did not do its part")
    return about_payment(event, reader, title, [asked, what_next], Mood.BAD)


CARDS: Final[
    Mapping[type[Event], Callable[[Any, Seen, text.ReaderFormat], ui.LayoutView | None]]
] = {
    PaymentHeld: held_card,
    PaymentMismatch: _needs_a_look,
    PaymentInquired: inquired,
    PaymentDisputed: disputed,
    PaymentChargedBack: charged_back,
    DisputeWon: won,
    FraudWarned: fraud_warned,
    PaymentRefunded: refunded,
    PaymentSurplus: paid_twice_card,
    RefundPending: refund_pending,
    RefundFailed: refund_failed,
    ProviderEventStuck: stuck,
    ProviderAccessRefused: access_refused,
    ProviderCallFailed: _call_failed,
    IntegrationTroubled: troubled,
    IntegrationRecovered: recovered,
    SubscriberDisabled: subscriber_disabled,
    RoleTakenAway: role_taken_away,
}
"""What the guild's moderators read; none where there is nothing to say any more."""
