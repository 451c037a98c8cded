"""Values of the domain from rows of the tables, and back."""

from typing import Any

from payments.domain.values.claims import CardPlace, Claim, Dispute, Refund, RefundOrder
from payments.domain.values.ids import (
    ActionId,
    GuildId,
    MemberId,
    PackageId,
    PaymentId,
)
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    DisputeStatus,
    MoneyStatus,
    RefundStatus,
)
from payments.domain.values.references import ReferenceKind
from payments.domain.values.share import Share
from payments.domain.values.tax import PaymentTax
from payments.domain.values.time import Instant
from payments.store.rows.checks import check_columns, check_from
from payments.store.rows.guilds import tax_rule_columns, tax_rule_from
from payments.store.rows.row import Row


def payment_from(
    row: Row,
    refunds: tuple[Refund, ...] = (),
    disputes: tuple[Dispute, ...] = (),
    holds: tuple[ActionId, ...] = (),
) -> Payment:
    """A row of `payments`, with what belongs to it."""
    return Payment(
        id=PaymentId(row["payment_id"]),
        guild=GuildId(row["guild_id"]),
        member=MemberId(row["member_id"]),
        provider=row["provider"],
        livemode=bool(row["livemode"]),
        package=PackageId(row["package_id"]),
        package_name=row["package_name"],
        points=row["points"],
        price=Money(minor=row["price_minor"], currency=row["currency"]),
        maturity=row["maturity"],
        created_at=Instant(row["created_at"]),
        attempt=row["attempt"],
        request=row["request"],
        session=row["session"],
        url=row["url"],
        expires_at=row["expires_at"],
        checkout=CheckoutStatus(row["checkout"]),
        money=MoneyStatus(row["money"]),
        paid=row["paid"],
        intent=row["intent"],
        credited_at=row["credited_at"],
        mismatch=row["doubt"],
        fraud_warning=row["fraud_warning"],
        installation=row["installation"],
        adopted_as=ReferenceKind(row["adopted_as"]) if row["adopted_as"] else None,
        purchase=PaymentId(row["purchase_id"]) if row["purchase_id"] else None,
        paid_instead=PaymentId(row["paid_instead"]) if row["paid_instead"] else None,
        surplus_at=row["surplus_at"],
        tax=_tax_from(row),
        check=check_from(row),
        refunds=refunds,
        disputes=disputes,
        holds=holds,
    )


def _tax_from(row: Row) -> PaymentTax | None:
    rule = tax_rule_from(row)
    if rule is None:
        return None
    return PaymentTax(rule=rule, asked=row["tax_asked"], taken=row["tax"], quote=row["tax_quote"])


def new_payment_row(payment: Payment) -> dict[str, Any]:
    """A row for `payments`, with what never changes."""
    return {
        "guild_id": payment.guild,
        "payment_id": payment.id,
        "member_id": payment.member,
        **chosen_way(payment),
        "package_id": payment.package,
        "package_name": payment.package_name,
        "points": payment.points,
        "price_minor": payment.price.minor,
        "currency": payment.price.currency,
        "maturity": payment.maturity,
        "created_at": payment.created_at,
        "installation": payment.installation,
        "adopted_as": payment.adopted_as,
        "purchase_id": payment.purchase,
        **tax_rule_columns(None if payment.tax is None else payment.tax.rule),
        **check_columns(payment.check),
        **payment_facts(payment),
    }


def chosen_way(payment: Payment) -> dict[str, Any]:
    """The columns of `payments` that change once, when the buyer has chosen how to pay."""
    return {
        "provider": payment.provider,
        "livemode": int(payment.livemode),
        "tax_asked": payment.tax and payment.tax.asked,
        "tax_quote": payment.tax and payment.tax.quote,
    }


def payment_facts(payment: Payment) -> dict[str, Any]:
    """The columns of `payments` that change."""
    return {
        "attempt": payment.attempt,
        "request": payment.request,
        "session": payment.session,
        "url": payment.url,
        "expires_at": payment.expires_at,
        "checkout": payment.checkout,
        "money": payment.money,
        "paid": payment.paid,
        "intent": payment.intent,
        "credited_at": payment.credited_at,
        "doubt": payment.mismatch,
        "fraud_warning": payment.fraud_warning,
        "paid_instead": payment.paid_instead,
        "surplus_at": payment.surplus_at,
        "tax": payment.tax and payment.tax.taken,
    }


def refund_from(row: Row) -> Refund:
    """A row of `refunds`."""
    order = None
    if row["asked_by"] is not None:
        order = RefundOrder(
            by=MemberId(row["asked_by"]),
            at=Instant(row["asked_at"]),
            reason=row["reason"],
            request=row["request"],
            approved_by=row["approved_by"],
            attempt=row["attempt"],
            card=_card_from(row),
        )
    return Refund(
        id=row["refund_id"],
        status=RefundStatus(row["status"]),
        **_claim_from(row),
        provider_id=row["provider_id"],
        order=order,
        pending_reason=row["pending_reason"],
        is_fraud=bool(row["is_fraud"]),
    )


def _card_from(row: Row) -> CardPlace | None:
    if row["card_message"] is None:
        return None
    return CardPlace(channel=row["card_channel"], message=row["card_message"])


def refund_row(payment: Payment, refund: Refund) -> dict[str, Any]:
    """A row for `refunds`."""
    order = refund.order
    card = order and order.card
    return {
        "guild_id": payment.guild,
        "payment_id": payment.id,
        "refund_id": refund.id,
        "status": refund.status,
        **_claim_columns(refund),
        "provider_id": refund.provider_id,
        "asked_by": order and order.by,
        "asked_at": order and order.at,
        "reason": order and order.reason,
        "request": order and order.request,
        "approved_by": order and order.approved_by,
        "attempt": order and order.attempt,
        "pending_reason": refund.pending_reason,
        "is_fraud": int(refund.is_fraud),
        "card_channel": card and card.channel,
        "card_message": card and card.message,
    }


def dispute_from(row: Row) -> Dispute:
    """A row of `disputes`."""
    return Dispute(
        id=row["dispute_id"],
        status=DisputeStatus(row["status"]),
        **_claim_from(row),
        returned=Share(part=row["returned_part"], whole=row["returned_whole"]),
        reason=row["reason"] or "",
        due_by=row["due_by"],
    )


def dispute_row(payment: Payment, dispute: Dispute) -> dict[str, Any]:
    """A row for `disputes`."""
    return {
        "guild_id": payment.guild,
        "payment_id": payment.id,
        "dispute_id": dispute.id,
        "status": dispute.status,
        **_claim_columns(dispute),
        "returned_part": dispute.returned.part,
        "returned_whole": dispute.returned.whole,
        "reason": dispute.reason,
        "due_by": dispute.due_by,
    }


def _claim_from(row: Row) -> dict[str, Any]:
    """What refunds and disputes have in common."""
    return {
        "amount": Money(minor=row["amount"], currency=row["currency"]),
        "share": Share(part=row["share_part"], whole=row["share_whole"]),
        "intent": row["intent"],
        "unknown": row["unknown"],
        "version": row["version"],
    }


def _claim_columns(claim: Claim) -> dict[str, Any]:
    return {
        "amount": claim.amount.minor,
        "currency": claim.amount.currency,
        "share_part": claim.share.part,
        "share_whole": claim.share.whole,
        "intent": claim.intent,
        "unknown": claim.unknown,
        "version": claim.version,
    }
