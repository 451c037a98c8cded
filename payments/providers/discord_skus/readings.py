"""What an entitlement tells: paid, taken back, or nothing that concerns us."""

import json
from typing import Final

from payments.domain.values.adoption import Bought
from payments.domain.values.ids import GuildId, MemberId
from payments.domain.values.inbox import Found
from payments.domain.values.money import NO_AMOUNT, UNKNOWN_CURRENCY
from payments.domain.values.provider_calls import CallKind, CallRequest
from payments.domain.values.provider_updates import (
    UNNAMED,
    CheckoutStatus,
    CheckoutUpdate,
    MoneyStatus,
    Reference,
    RefundStatus,
    RefundUpdate,
)
from payments.domain.values.references import ProviderReference, ReferenceKind
from payments.domain.values.share import ALL
from payments.domain.values.traces import Traces
from payments.providers.discord_skus.names import DISCORD_SKUS
from payments.providers.discord_skus.shapes import PAID, UNPAID, Entitlement

NO_BUYER: Final = "Discord does not say who has bought it."


def reference_of(entitlement: str) -> ProviderReference:
    """What names an entitlement here."""
    return ProviderReference(DISCORD_SKUS, ReferenceKind.ENTITLEMENT, entitlement)


def traces_of(entitlement: Entitlement, *, whole: bool) -> Traces:
    """What tells whose it is: its id alone.

    Args:
        entitlement: Which one.
        whole: Whether looking it up would tell no more.
    """
    return Traces(references=frozenset({reference_of(str(entitlement.id))}), whole=whole)


def unpaid(entitlement: Entitlement) -> str | None:
    """Why nothing is ever credited for it, in a sentence; None if somebody has paid."""
    if entitlement.type in PAID:
        return None
    return UNPAID.get(entitlement.type, f"It is of type {entitlement.type}: nobody has bought it.")


def bought(entitlement: Entitlement) -> Bought | None:
    """What was bought, if Discord says by whom."""
    if entitlement.user_id is None:
        return None
    return Bought(
        reference=reference_of(str(entitlement.id)),
        sku=str(entitlement.sku_id),
        member=MemberId(entitlement.user_id),
        guild=None if entitlement.guild_id is None else GuildId(entitlement.guild_id),
        at=entitlement.bought_at,
        used_up=entitlement.is_consumed,
    )


def read_entitlement(entitlement: Entitlement) -> Found:
    """What one tells, as Discord describes it now."""
    traces = traces_of(entitlement, whole=True)
    if entitlement.deleted:
        return Found(traces=traces, update=_taken_back(entitlement))
    if why := unpaid(entitlement):
        return Found(traces=traces, ignored=why)
    found = bought(entitlement)
    wrong = NO_BUYER if found is None else None
    return Found(traces=traces, update=_paid(entitlement), bought=found, wrong=wrong)


def _taken_back(entitlement: Entitlement) -> RefundUpdate:
    """Discord has given the money back: all of it, whatever it was."""
    name = str(entitlement.id)
    return RefundUpdate(
        payment=UNNAMED,
        refund=name,
        status=RefundStatus.SUCCEEDED,
        amount=NO_AMOUNT,
        share=ALL,
        provider_id=name,
    )


def _paid(entitlement: Entitlement) -> CheckoutUpdate:
    """It is paid; unless it is used up, that is asked for once it was credited."""
    name = str(entitlement.id)
    return CheckoutUpdate(
        session=name,
        reference=Reference(payment=UNNAMED),
        status=CheckoutStatus.COMPLETE,
        money=MoneyStatus.PAID,
        subtotal=None,
        total=None,
        currency=UNKNOWN_CURRENCY,
        call=None if entitlement.is_consumed else _consume(entitlement),
    )


def _consume(entitlement: Entitlement) -> CallRequest:
    path = f"/applications/{entitlement.application_id}/entitlements/{entitlement.id}/consume"
    request = json.dumps({"method": "POST", "path": path}, sort_keys=True)
    return CallRequest(kind=CallKind.CONSUME, object=str(entitlement.id), request=request)
