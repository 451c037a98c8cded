"""What the evidence says, in tables of text; each kind of file draws them in its own way."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.features.evidence.words import (
    CHANNELS,
    EVENTS,
    ITEM_KINDS,
    KINDS,
    ORDER_STATES,
    STATES,
    STATUSES,
)
from bot.wording import text
from payments.domain.rules.payment_tax import tax_paid
from payments.domain.values.claims import Dispute, Refund
from payments.domain.values.ids import MemberId
from payments.domain.values.money import Money
from payments.domain.values.orders import Order, OrderState
from payments.domain.values.payment import Payment
from payments.domain.values.time import Instant, to_seconds
from payments.domain.values.written_text import one_line
from payments.providers.known import KNOWN, spaced
from payments.services.evidence import Evidence
from payments.store.queries import Sent, Step

TITLE = "Evidence for a payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePerson:
    """A Discord user.

    Attributes:
        name: Their name on Discord.
        since: When their account was made.
    """

    name: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table.

    Attributes:
        title: What it is about.
        columns: The names of its columns; none where each row begins with its own name.
        rows: One text for each column.
        empty: What is said where there are no rows.
    """

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...]
    empty: str = "None."


def preface(evidence: Evidence) -> str:
    """When it was gathered, and how times are given."""
    return f"Read from the books at {moment(evidence.gathered_at)}. All times are in UTC."


def sections(evidence: Evidence, buyer: EvidencePerson | None) -> tuple[Section, ...]:
    """All that is known, in the order in which it is read."""
    payment = evidence.payment
    return (
        Section(title="The purchase", rows=_purchase(evidence, buyer)),
        Section(
            title="Disputes and warnings",
            columns=("Id", "Amount", "Reason", "State", "To be answered by"),
            rows=(*map(_dispute, payment.disputes), *_warning(payment)),
        ),
        Section(
            title="Refunds",
            columns=("Id", "Amount", "State", "Asked for", "Reason"),
            rows=tuple(map(_refund, payment.refunds)),
        ),
        Section(
            title="What the points of this payment were used for",
            columns=("When", "Whose", "Points", "What"),
            rows=tuple(_step(each, payment) for each in evidence.steps),
            empty="No points were given.",
        ),
        Section(
            title="What the points of this payment bought",
            columns=("Ordered", "Whose", "Points", "Item", "Delivery"),
            rows=tuple(_order(each, payment) for each in evidence.orders),
            empty="Nothing.",
        ),
        Section(
            title="Messages that were sent about it",
            columns=("When", "Where", "About", "Result"),
            rows=tuple(map(_message, evidence.messages)),
        ),
    )


def _price_label(payment: Payment) -> str:
    has_it_in = payment.tax is not None and not payment.tax.rule.is_on_top
    return "Price with tax" if has_it_in else "Price before tax"


def _tax(payment: Payment) -> tuple[tuple[str, str], ...]:
    tax = tax_paid(payment)
    if not tax:
        return ()
    return (("Tax included", text.money(Money(minor=tax, currency=payment.price.currency))),)


def _purchase(evidence: Evidence, buyer: EvidencePerson | None) -> tuple[tuple[str, str], ...]:
    payment = evidence.payment
    paid = "nothing yet"
    if payment.paid is not None:
        paid = text.money(Money(minor=payment.paid, currency=payment.price.currency))
    return (
        ("Payment", payment.id),
        ("At the provider", _at_provider(payment)),
        ("Buyer", _buyer(payment, buyer)),
        ("Where", _where(evidence)),
        (
            "Bought",
            f"“{payment.package_name}”: {text.points(payment.points)}, delivered digitally",
        ),
        (_price_label(payment), text.money(payment.price)),
        ("Paid", paid),
        *_tax(payment),
        ("The buyer asked to buy", moment(payment.created_at)),
        ("Payment accepted, points delivered", moment(payment.credited_at)),
        ("State now", STATES[payment.state]),
        *_twice(payment),
    )


def _twice(payment: Payment) -> tuple[tuple[str, str], ...]:
    """That another payment was before it, if one was."""
    if payment.surplus_at is None:
        return ()
    before = f"payment {payment.paid_instead} had paid for the same purchase; this gave no points"
    return (("Paid twice", before),)


def _at_provider(payment: Payment) -> str:
    ids = ", ".join(
        each
        for each in (KNOWN.title(payment.provider), payment.intent, payment.session)
        if each is not None
    )
    return ids if payment.livemode else f"{ids} (test mode: no real money)"


def _buyer(payment: Payment, buyer: EvidencePerson | None) -> str:
    if buyer is None:
        return f"Discord user {payment.member}"
    since = moment(buyer.since)
    return f"Discord user {payment.member}, “{one_line(buyer.name)}”, account made {since}"


def _where(evidence: Evidence) -> str:
    guild = evidence.payment.guild
    if evidence.server is None:
        return f"Discord server {guild}, by the slash command /buy"
    return f"Discord server “{one_line(evidence.server)}” ({guild}), by the slash command /buy"


def _dispute(dispute: Dispute) -> tuple[str, ...]:
    amount = text.money(dispute.amount)
    if dispute.left != dispute.amount:
        amount += f", all but {text.money(dispute.left)} came back"
    reason = spaced(dispute.reason) or "not given"
    return dispute.id, amount, reason, dispute.unknown or dispute.status, moment(dispute.due_by)


def _warning(payment: Payment) -> tuple[tuple[str, ...], ...]:
    warning = payment.fraud_warning
    return () if warning is None else ((warning, "-", "early fraud warning", "-", "-"),)


def _refund(refund: Refund) -> tuple[str, ...]:
    ids = refund.id
    if refund.provider_id and refund.provider_id != refund.id:
        ids += f", {refund.provider_id}"
    asked, reason = "at the provider", ""
    if (order := refund.order) is not None:
        by = f"by moderator {order.by}" if order.moderator else "by itself: paid twice"
        asked, reason = f"{moment(order.at)} {by}", order.reason
        if order.approved_by:
            asked += f", approved by {order.approved_by}"
    return ids, text.money(refund.amount), refund.unknown or refund.status, asked, reason


def _step(step: Step, payment: Payment) -> tuple[str, ...]:
    what = KINDS[step.kind]
    if step.other:
        what += f" {'to' if step.points < 0 else 'from'} user {step.other}"
    if step.note:
        what += f": “{step.note}”"
    return moment(step.at), _whose(step.member, payment), text.signed(step.points), what


def _order(order: Order, payment: Payment) -> tuple[str, ...]:
    points = f"{order.points_of(payment.id):,}"
    if order.points != order.points_of(payment.id):
        points += f" of {order.points:,}"
    offer = order.offer
    item = f"{order.quantity} of “{one_line(offer.name)}”, {ITEM_KINDS[offer.kind]}"
    return (
        moment(order.placed_at),
        _whose(order.member, payment),
        points,
        item,
        _delivery(order),
    )


def _delivery(order: Order) -> str:
    """How far an order is, and when it was delivered and ended."""
    at = [] if order.fulfilled_at is None else [f"delivered {moment(order.fulfilled_at)}"]
    if order.fulfilled_at is None or order.state is not OrderState.FULFILLED:
        state = ORDER_STATES[order.state]
        at.append(state if order.ended_at is None else f"{state} {moment(order.ended_at)}")
    words = ", ".join(at)
    return f"{words}: “{order.reason}”" if order.reason else words


def _whose(member: MemberId, payment: Payment) -> str:
    return f"{member} (buyer)" if member == payment.member else str(member)


def _message(message: Sent) -> tuple[str, ...]:
    result = STATUSES.get(message.status, message.status)
    if message.error and message.status != "delivered":
        result += f": {message.error}"
    when = message.at if message.ended_at is None else Instant(message.ended_at)
    about = EVENTS.get(message.event, message.event)
    return moment(when), CHANNELS.get(message.channel, message.channel), about, result


def moment(at: Instant | datetime | None) -> str:
    """A moment in UTC, to the second: a bank reads it far from here."""
    if at is None:
        return "-"
    then = at if isinstance(at, datetime) else datetime.fromtimestamp(to_seconds(at), UTC)
    return then.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
