"""Stripe as a payment provider: calls out, and the webhook door."""

import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import aiohttp
import stripe
import structlog

from payments.domain.values.money import Money
from payments.domain.values.provider_updates import CheckoutTold, DisputeTold, RefundTold
from payments.domain.values.references import ReferenceKind
from payments.domain.values.time import Instant, to_seconds
from payments.infra.outbound import Outside, Purpose
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.requests import (
    CheckoutRequest,
    ListedEvents,
    OpenedCheckout,
    ProviderEvent,
    RefundRequest,
)
from payments.providers.stripe.calls import Calls
from payments.providers.stripe.currencies import check_currency, check_price
from payments.providers.stripe.dated_client import DatedClient
from payments.providers.stripe.event_listing import EventList
from payments.providers.stripe.inspection import NEEDED, Inspector
from payments.providers.stripe.key_access import lacks
from payments.providers.stripe.object_listing import ObjectList
from payments.providers.stripe.ownership import (
    GUILD,
    INSTALLATION,
    MEMBER,
    PACKAGE,
    PAYMENT,
    REFUND,
    kind_of,
    traces_of,
)
from payments.providers.stripe.reversal_updates import (
    CHARGE_EVENTS,
    DISPUTE_EVENTS,
    FRAUD_EVENTS,
    FRAUDULENT,
    REFUND_EVENTS,
    REVERSAL_EVENTS,
    charge_to_measure,
    read_dispute,
    read_fee,
    read_fraud_warning,
    read_refund,
)
from payments.providers.stripe.updates import (
    API_VERSION,
    Reading,
    read_event,
    read_session,
)
from payments.providers.stripe.webhook import check_signature, parse_strictly

log = structlog.get_logger(__name__)


class StripeProvider:
    """Takes money by Stripe's hosted Checkout.

    Args:
        secret_key: A secret or restricted key; its prefix tells test from live mode.
        webhook_secrets: Signing secrets; any of them passes (rotation). Never empty.
        outside: The policy for calls.
        api_url: Another server that speaks Stripe's API; Stripe's own if none.
        purpose: What calls are made for.
        refused: Hears of it when Stripe refuses the key.
    """

    name = "stripe"

    def __init__(
        self,
        *,
        secret_key: str,
        webhook_secrets: Sequence[str],
        outside: Outside,
        api_url: str | None = None,
        purpose: Purpose = Purpose.MEMBERS,
        refused: Callable[[AccessRefused], None] = lambda _: None,
    ) -> None:
        if not webhook_secrets or not all(secret.strip() for secret in webhook_secrets):
            raise ValueError("a signing secret is missing")  # case 1
        self.livemode = secret_key.startswith(("sk_live_", "rk_live_"))
        self._secrets = tuple(webhook_secrets)
        self._calls = Calls(outside, purpose, refused)
        self._health_calls = Calls(outside, Purpose.HEALTH)
        limit = aiohttp.ClientTimeout(total=outside.policy.timeout_seconds)
        self._inspector = Inspector(secret_key, api_url=api_url)
        self._http = DatedClient(timeout=limit)
        self._client = stripe.StripeClient(
            secret_key,
            stripe_version=API_VERSION,
            max_network_retries=0,  # only one layer retries: ours
            base_addresses={"api": api_url} if api_url else {},
            http_client=self._http,
        )

    def check_currency(self, code: str) -> None:
        """Refuse a currency in which Stripe charges nothing."""
        check_currency(code)

    def check_price(self, price: Money) -> None:
        """Refuse a price that Stripe never charges."""
        check_price(price)

    def checkout_request(self, request: CheckoutRequest) -> str:
        """The parameters of the Checkout Session, as JSON in a fixed order of keys."""
        metadata = {
            PAYMENT: request.payment,
            INSTALLATION: request.installation,
            GUILD: str(request.guild),
            MEMBER: str(request.member),
            PACKAGE: request.package,
        }
        item = {
            "quantity": 1,
            "price_data": {
                "currency": request.price.currency.lower(),
                "unit_amount": request.price.minor,
                "product_data": {"name": request.description},
            },
        }
        params = {
            "mode": "payment",
            "client_reference_id": request.payment,
            "line_items": [item],
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata},
            "expires_at": to_seconds(request.expires_at),
            "success_url": request.success_url,
            "cancel_url": request.cancel_url,
        }
        return json.dumps(params, sort_keys=True)

    async def open_checkout(self, request: str, *, idempotency_key: str) -> OpenedCheckout:
        """Create the Checkout Session. Raises as the protocol says."""
        session = await self._calls.make(
            lambda: self._client.v1.checkout.sessions.create_async(
                json.loads(request), {"idempotency_key": idempotency_key}
            )
        )
        return _opened(session)

    async def retrieve_checkout(self, session: str) -> OpenedCheckout:
        """Look a Checkout Session up. Raises as the protocol says."""
        found = await self._calls.make(
            lambda: self._client.v1.checkout.sessions.retrieve_async(session), about=session
        )
        return _opened(found)

    async def expire_checkout(self, session: str, *, idempotency_key: str) -> CheckoutTold:
        """Expire an open Checkout Session. Raises as the protocol says."""
        expired = await self._calls.make(
            lambda: self._client.v1.checkout.sessions.expire_async(
                session, options={"idempotency_key": idempotency_key}
            ),
            about=session,
        )
        return _opened(expired).told

    def refund_request(self, request: RefundRequest) -> str:
        """The parameters of the Refund, as JSON in a fixed order of keys."""
        params = {
            "payment_intent": request.intent,
            "amount": request.amount.minor,
            "reason": FRAUDULENT if request.fraudulent else "requested_by_customer",
            "metadata": {
                PAYMENT: request.payment,
                INSTALLATION: request.installation,
                REFUND: request.refund,
            },
            "expand": ["payment_intent"],
        }
        return json.dumps(params, sort_keys=True)

    async def refund(self, request: str, *, idempotency_key: str) -> RefundTold:
        """Create the Refund. Raises as the protocol says."""
        refund = await self._calls.make(
            lambda: self._client.v1.refunds.create_async(
                json.loads(request), {"idempotency_key": idempotency_key}
            ),
            about=idempotency_key,
        )
        return (await self._told_of_refunds([refund]))[0]

    async def refunds_of(self, intent: str) -> list[RefundTold]:
        """All Refunds of a Payment Intent. Raises as the protocol says."""
        found = await self._refunds({"payment_intent": intent})
        return await self._told_of_refunds(found)

    async def dispute(self, dispute: str) -> DisputeTold:
        """Look a Dispute up. Raises as the protocol says."""
        _, reading = await self._read_dispute(dispute)
        if not isinstance(reading.told, DisputeTold):
            raise ProviderRefused(f"Stripe: {reading.wrong}")
        return reading.told

    async def fee_of(self, intent: str) -> Money | None:
        """Stripe's fee, if it was paid in the payment's currency. Raises as the protocol says."""
        found = await self._calls.make(
            lambda: self._client.v1.payment_intents.retrieve_async(
                intent, {"expand": ["latest_charge.balance_transaction"]}
            ),
            about=intent,
        )
        return read_fee(found)

    async def _refunds(self, of: dict[str, str]) -> list[dict[str, Any]]:
        """All Refunds of a charge or intent, with their Payment Intent."""
        refunds = self._client.v1.refunds
        return await self._calls.make_all(
            lambda params: refunds.list_async(cast("stripe.params.RefundListParams", params)),
            {**of, "expand": ["data.payment_intent"]},
            about=":".join(of.values()),
        )

    def read_webhook(
        self, body: bytes, headers: Mapping[str, list[str]], now: Instant
    ) -> ProviderEvent:
        """Check the signature, and read the event. Raises as the protocol says."""
        text = check_signature(body, headers, self._secrets, now)
        return self._understand(text)

    def read_event(self, body: str) -> ProviderEvent:
        """Read an event again that was checked when it came. Raises as the protocol says."""
        return self._understand(body)

    def _understand(self, text: str) -> ProviderEvent:
        parsed = parse_strictly(text)
        return read_event(parsed, text, livemode=self.livemode, looked_up=REVERSAL_EVENTS)

    def events(self, since: Instant) -> AsyncIterator[ListedEvents]:
        """All events that we use, of the last 30 days at most (case 19)."""
        return EventList(self._calls, self._client, self._understand).since(since)

    async def objects(self, since: Instant) -> list[ProviderEvent]:
        """Refunds, disputes and fraud warnings, told as events (case 19). Raises as above."""
        listed = ObjectList(self._calls, self._client, self._understand, livemode=self.livemode)
        return await listed.since(since)

    async def look_up(self, event: ProviderEvent) -> ProviderEvent:
        """Fetch what an event is about, in our version of the API, as it is now."""
        if event.look_up is None:
            return event
        elsewhere = any(each.elsewhere for each in event.traces)
        kind = ReferenceKind.REFUND if event.kind in CHARGE_EVENTS else kind_of(event.kind)
        found = tuple(
            reading.found(traces_of(each, kind, elsewhere=elsewhere))
            for each, reading in await self._read_what(event.kind, event.look_up)
            if kind is not None
        )
        nothing = None if found else "There is nothing of ours in it."
        return replace(event, look_up=None, found=found, ignored=nothing)

    async def _read_what(self, kind: str, wanted: str) -> list[tuple[dict[str, Any], Reading]]:
        """Fetch what an event of some kind is about, and read each object that comes of it."""
        v1 = self._client.v1
        if kind in REFUND_EVENTS:
            refund = await self._calls.make(
                lambda: v1.refunds.retrieve_async(wanted, {"expand": ["payment_intent"]}),
                about=wanted,
            )
            return [(refund, read_refund(refund, await self._charge_of(refund)))]
        if kind in CHARGE_EVENTS:
            listed = await self._refunds({"charge": wanted})
            return [(each, read_refund(each, await self._charge_of(each))) for each in listed]
        if kind in DISPUTE_EVENTS:
            return [await self._read_dispute(wanted)]
        if kind in FRAUD_EVENTS:
            expand = ["payment_intent", "charge.payment_intent"]
            warning = await self._calls.make(
                lambda: v1.radar.early_fraud_warnings.retrieve_async(wanted, {"expand": expand}),
                about=wanted,
            )
            return [(warning, read_fraud_warning(warning))]
        session = await self._calls.make(
            lambda: v1.checkout.sessions.retrieve_async(wanted), about=wanted
        )
        return [(session, read_session(session, event_type=kind))]

    async def _read_dispute(self, wanted: str) -> tuple[dict[str, Any], Reading]:
        expand = ["payment_intent", "charge.payment_intent"]
        dispute = await self._calls.make(
            lambda: self._client.v1.disputes.retrieve_async(wanted, {"expand": expand}),
            about=wanted,
        )
        return dispute, read_dispute(dispute, await self._charge_of(dispute))

    async def _charge_of(self, found: dict[str, Any]) -> dict[str, Any] | None:
        """The charge behind a refund or dispute, if that is in another currency (case 56)."""
        wanted = charge_to_measure(found)
        if wanted is None:
            return None
        charges = self._client.v1.charges
        whole: stripe.params.ChargeRetrieveParams = {"expand": ["balance_transaction"]}
        try:
            return await self._calls.make(
                lambda: charges.retrieve_async(wanted, whole), about=wanted
            )
        except AccessRefused:  # the key may not read the balance: the charge alone must do
            return await self._calls.make(lambda: charges.retrieve_async(wanted), about=wanted)

    async def _told_of_refunds(self, found: Sequence[dict[str, Any]]) -> list[RefundTold]:
        """What refunds tell; one that tells nothing of use is as good as not found."""
        told: list[RefundTold] = []
        for each in found:
            reading = read_refund(each, await self._charge_of(each))
            if not isinstance(reading.told, RefundTold):
                raise ProviderUnavailable(f"Stripe: {reading.wrong}")
            told.append(reading.told)
        return told

    async def refusals(self, *, thoroughly: bool) -> list[str]:
        """Ask for one event, and try what the key may do. Raises as the protocol says."""
        found: list[str] = []
        try:
            await self.ping()
        except AccessRefused as error:
            found.append(str(error))
            if not error.permission:
                return found
        if thoroughly:
            found += [str(lacks(each.name)) for each in await self._inspector.lacking(NEEDED)]
        return list(dict.fromkeys(found))

    async def ping(self) -> None:
        """Ask for one event: keys that may reconcile may do that."""
        listed = self._client.v1.events
        await self._health_calls.make(lambda: listed.list_async({"limit": 1}))

    async def time(self) -> Instant | None:
        """What the Date of a fresh answer says; a refusal has one, too."""
        with contextlib.suppress(AccessRefused, ProviderRefused):
            await self.ping()
        return self._http.date

    async def close(self) -> None:
        """Close the connections."""
        await self._inspector.close()
        await self._http.close_async()  # type: ignore[no-untyped-call]  # the SDK has no type here


def _opened(session: dict[str, Any]) -> OpenedCheckout:
    reading = read_session(session)
    if not isinstance(reading.told, CheckoutTold):
        raise ProviderRefused(f"Stripe: {reading.wrong or reading.ignored}")
    return OpenedCheckout(url=session.get("url") or "", told=reading.told)
