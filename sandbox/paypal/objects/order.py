"""Orders (PayPal: Orders v2)."""

from dataclasses import dataclass, field

from sandbox.base.common import Json
from sandbox.paypal.objects.amount import Amount
from sandbox.paypal.objects.common import given, link, moment

LIFETIME_SECONDS = 3 * 60 * 60
"""From when it was created until it is unknown, unless its money was captured or authorized."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Who approved."""

    id: str
    email: str
    given_name: str = "Pat"
    surname: str = "Buyer"
    country: str = "US"

    def render(self) -> Json:
        """As `payer`."""
        return {
            "name": {"given_name": self.given_name, "surname": self.surname},
            "email_address": self.email,
            "payer_id": self.id,
            "address": {"country_code": self.country},
        }

    def render_wallet(self) -> Json:
        """As `payment_source.paypal`."""
        return {
            "email_address": self.email,
            "account_id": self.id,
            "account_status": "VERIFIED",
            "name": {"given_name": self.given_name, "surname": self.surname},
            "address": {"country_code": self.country},
        }


@dataclass(slots=True, kw_only=True)
class Order:
    """What a buyer is to pay for, once.

    Attributes:
        api: Where the API is.
        unit: The purchase unit as it was sent.
        by_source: Whether `payment_source` was sent: it decides the first status and link.
        context: Addresses and texts for the page on which it is approved.
        funding: How the buyer pays: by what is there at `once`, by `echeck` (days), or by what is
            `declined` when it is captured.
        tries: How often a capture was declined.
        authorizations: Ids, and those of captures and refunds, oldest first.
    """

    id: str
    api: str
    created: int
    updated: int
    intent: str
    amount: Amount
    unit: Json
    by_source: bool
    context: Json
    status: str
    payer: Payer | None = None
    funding: str = "once"
    tries: int = 0
    authorizations: list[str] = field(default_factory=list)
    captures: list[str] = field(default_factory=list)
    refunds: list[str] = field(default_factory=list)

    @property
    def lapses(self) -> int:
        """When it is unknown, in Unix seconds."""
        return self.created + LIFETIME_SECONDS

    @property
    def page(self) -> str:
        """Where the buyer approves it."""
        return f"{self.api}/checkoutnow?token={self.id}"

    @property
    def custom_id(self) -> str | None:
        """The seller's id, which the buyer does not see."""
        value: str | None = self.unit.get("custom_id")
        return value

    @property
    def invoice_id(self) -> str | None:
        """The seller's id, which the buyer sees."""
        value: str | None = self.unit.get("invoice_id")
        return value

    def render_minimal(self) -> Json:
        """What is answered unless more is preferred."""
        source = self._source()
        return {"id": self.id, "status": self.status, "links": self._links()} | given(
            payment_source=source
        )

    def render(self, payments: Json) -> Json:
        """The whole order; `payments` are its authorizations, captures and refunds."""
        unit = {"reference_id": "default", **self.unit, "payee": PAYEE}
        if payments:
            unit["payments"] = payments
        whole: Json = {
            "id": self.id,
            "intent": self.intent,
            "status": self.status,
            "purchase_units": [unit],
            "create_time": moment(self.created),
            "update_time": moment(self.updated),
            "links": self._links(),
        }
        payer = None if self.payer is None else self.payer.render()
        return whole | given(payment_source=self._source(), payer=payer)

    def _source(self) -> Json | None:
        if self.payer is not None:
            return {"paypal": self.payer.render_wallet()}
        return {"paypal": {}} if self.by_source else None

    def _links(self) -> list[Json]:
        own = f"{self.api}/v2/checkout/orders/{self.id}"
        action = "capture" if self.intent == "CAPTURE" else "authorize"
        links = [link(own, "self")]
        if self.status == "PAYER_ACTION_REQUIRED":
            links.append(link(self.page, "payer-action"))
        elif self.status == "CREATED":
            links.append(link(self.page, "approve"))
        if self.status in {"CREATED", "APPROVED"}:
            links += [link(own, "update", "PATCH"), link(f"{own}/{action}", action, "POST")]
        return links


MERCHANT = "SELLER7MERCHT"
PAYEE: Json = {"email_address": "seller@example.com", "merchant_id": MERCHANT}
