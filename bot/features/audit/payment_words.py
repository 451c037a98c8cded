"""What was done about payments, in people's words."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.features.audit.subject import Subject
from payments.domain.sentences.sentence import Sentence


def _requested(of: Subject) -> Sentence:
    if of.body.is_fraud:
        return Sentence("{who} asked for a refund as fraud: {refund}", who=of.who, refund=of.refund)
    return Sentence("{who} asked for a refund: {refund}", who=of.who, refund=of.refund)


def _found(of: Subject) -> Sentence:
    if of.has_arrived:
        return of.arrived
    return Sentence(
        "{who} reported how a payment stands: {payment}", who=of.who, payment=of.payment
    )


def _claimed(of: Subject) -> Sentence:
    if of.told_amount is None:
        return Sentence(
            "{who} reported a refund or dispute: {payment}", who=of.who, payment=of.payment
        )
    values = {"who": of.who, "amount": of.told_amount, "payment": of.payment}
    if "dispute" in of.body.told:
        return Sentence("{who} reported a dispute over {amount}: {payment}", **values)
    return Sentence("{who} reported a refund of {amount}: {payment}", **values)


def _received(of: Subject) -> Sentence:
    return of.arrived if of.has_arrived else _claimed(of)


def _service(of: Subject) -> Sentence:
    if of.body.is_over:
        return Sentence(
            "{who} reported that {service} works again", who=of.who, service=of.integration
        )
    return Sentence(
        "{who} reported that {service} does not work well", who=of.who, service=of.integration
    )


OF_PAYMENTS: Final[Mapping[str, Callable[[Subject], Sentence]]] = {
    "payment.adopt": lambda of: Sentence(
        "{who} took over a purchase from the provider: {payment}", who=of.who, payment=of.payment
    ),
    "payment.approve": lambda of: Sentence(
        "{who} approved a purchase: {payment}", who=of.who, payment=of.payment
    ),
    "payment.choose_way": lambda of: Sentence(
        "{who} chose a way to pay: {payment}", who=of.who, payment=of.payment
    ),
    "payment.give_way_up": lambda of: Sentence(
        "{who} gave up a way to pay that could not be opened: {payment}",
        who=of.who,
        payment=of.payment,
    ),
    "payment.hear_claim": _claimed,
    "payment.hear_look_up": _found,
    "payment.initiate": lambda of: Sentence(
        "{member} began to buy {package} for {price}",
        member=of.member,
        package=of.package.name,
        price=of.package.price,
    ),
    "payment.inspect": lambda of: Sentence(
        "{who} looked at a payment: {payment}", who=of.who, payment=of.payment
    ),
    "payment.lapse": lambda of: Sentence(
        "{who} ended a purchase that nobody paid: {payment}", who=of.who, payment=of.payment
    ),
    "payment.lapse_check": lambda of: Sentence(
        "{who} ended a purchase that nobody checked in time: {payment}",
        who=of.who,
        payment=of.payment,
    ),
    "payment.level": lambda of: Sentence(
        "{who} balanced the points on hold of a payment: {payment}", who=of.who, payment=of.payment
    ),
    "payment.open_checkout": lambda of: Sentence(
        "{who} opened a checkout: {payment}", who=of.who, payment=of.to_be_paid
    ),
    "payment.refuse": lambda of: Sentence(
        "{who} refused a purchase: {payment}", who=of.who, payment=of.payment
    ),
    "payment.void_test": lambda of: Sentence(
        "{who} removed {points} that were bought in test mode: {payment}",
        who=of.who,
        points=of.count,
        payment=of.payment,
    ),
    "provider.report_access": lambda of: Sentence(
        "{who} reported that {provider} refuses access", who=of.who, provider=of.provider
    ),
    "integration.report": _service,
    "provider_call.complete": lambda of: Sentence(
        "{who} finished a call to the provider: {payment}", who=of.who, payment=of.payment
    ),
    "provider_call.end": lambda of: Sentence(
        "{who} gave up a call to the provider: {payment}", who=of.who, payment=of.payment
    ),
    "provider_call.retry": lambda of: Sentence(
        "{who} tried a call to the provider again: {payment}", who=of.who, payment=of.payment
    ),
    "provider_event.keep_failed": lambda of: Sentence(
        "{who} kept a provider's message for later", who=of.who
    ),
    "provider_event.record": _received,
    "refund.approve": lambda of: Sentence(
        "{who} approved a refund: {refund}", who=of.who, refund=of.refund
    ),
    "refund.decline": lambda of: Sentence(
        "{who} declined a refund: {refund}", who=of.who, refund=of.refund
    ),
    "refund.give_up": lambda of: Sentence(
        "{who} gave up a refund: {refund}", who=of.who, refund=of.refund
    ),
    "refund.quote": lambda of: Sentence(
        "{who} looked at what a refund would do: {payment}", who=of.who, payment=of.payment
    ),
    "refund.request": _requested,
    "refund.surplus": lambda of: Sentence(
        "{who} refunded what was paid twice: {payment}", who=of.who, payment=of.payment
    ),
    "refund.surplus_kept": lambda of: Sentence(
        "{who} reported that what was paid twice can't be refunded: {payment}",
        who=of.who,
        payment=of.payment,
    ),
    "refund.try_anew": lambda of: Sentence(
        "{who} tried a refund again: {refund}", who=of.who, refund=of.refund
    ),
}
"""By the stored kind of each command."""
