"""What was done, as a label: for rows of which nothing more is known than their kind."""

from collections.abc import Mapping
from typing import Final

from payments.domain.sentences.sentence import Sentence

ACTIONS: Final[Mapping[str, Sentence]] = {
    "bot.second_copy": Sentence("A second copy of the bot noticed"),
    "channel.report": Sentence("Channel that can't be used reported"),
    "member.lift_bar": Sentence("Member let buy again"),
    "package.add": Sentence("Package added"),
    "package.edit": Sentence("Package changed"),
    "package.retire": Sentence("Package retired"),
    "payment.adopt": Sentence("Payment taken over from the provider"),
    "payment.hear_claim": Sentence("Refund or dispute reported"),
    "payment.hear_look_up": Sentence("State of a payment reported"),
    "payment.initiate": Sentence("Purchase begun"),
    "payment.inspect": Sentence("Payment looked at"),
    "payment.level": Sentence("Points on hold balanced"),
    "payment.open_checkout": Sentence("Checkout opened"),
    "payment.void_test": Sentence("Test points removed"),
    "points.decline_grant": Sentence("Grant declined"),
    "points.grant": Sentence("Points granted"),
    "points.lapse": Sentence("Points expired"),
    "points.propose_grant": Sentence("Grant sent for approval"),
    "points.revoke": Sentence("Points removed"),
    "points.spend": Sentence("Points spent"),
    "points.transfer": Sentence("Points sent"),
    "provider.report_access": Sentence("Access to the provider checked"),
    "provider_call.complete": Sentence("Call to the provider done"),
    "provider_call.end": Sentence("Call to the provider given up"),
    "provider_call.retry": Sentence("Call to the provider tried again"),
    "provider_event.keep_failed": Sentence("Provider's message kept for later"),
    "provider_event.record": Sentence("Provider's message received"),
    "refund.approve": Sentence("Refund approved"),
    "refund.decline": Sentence("Refund declined"),
    "refund.give_up": Sentence("Refund given up"),
    "refund.quote": Sentence("Refund quoted"),
    "refund.request": Sentence("Refund requested"),
    "refund.try_anew": Sentence("Refund tried again"),
    "settings.change": Sentence("Settings changed"),
    "subscriber.add": Sentence("Subscriber added"),
    "subscriber.disable": Sentence("Subscriber switched off"),
    "subscriber.remove": Sentence("Subscriber removed"),
    "undo": Sentence("Action undone"),
}
"""By the stored kind of each command."""
