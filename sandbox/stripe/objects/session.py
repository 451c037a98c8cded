"""Checkout Sessions and what is bought with them (Stripe: The Checkout Session object)."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.base.common import Json
from sandbox.stripe.objects.common import EMPTY_ADDRESS, Presentment
from sandbox.stripe.objects.line_item import LineItem

ECHOED = (
    "allow_promotion_codes",
    "billing_address_collection",
    "client_reference_id",
    "customer",
    "customer_email",
    "locale",
    "submit_type",
)
"""Parameters that come back unchanged, null when they were not given."""

_BRANDING: Json = {
    "background_color": "#ffffff",
    "border_style": "rounded",
    "button_color": "#0074d4",
    "display_name": "Guildbank sandbox",
    "font_family": "default",
    "icon": None,
    "logo": None,
}
_INVOICE_DATA: Json = {
    "account_tax_ids": None,
    "custom_fields": None,
    "description": None,
    "footer": None,
    "issuer": None,
    "metadata": {},
    "rendering_options": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentData:
    """What `payment_intent_data` of a session passes on to the payment intent."""

    capture_method: str | None = None
    description: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    receipt_email: str | None = None
    statement_descriptor: str | None = None
    statement_descriptor_suffix: str | None = None
    transfer_group: str | None = None


@dataclass(slots=True, kw_only=True)
class Session:
    """A checkout from opening to payment or expiry; times in Unix seconds.

    Attributes:
        echoed: Parameters that are only shown again (see `ECHOED`).
        discount: Minor units taken off the price.
        tax: Minor units put on the price by hand.
        automatic_tax: Whether the page computes tax, from where the buyer is.
        place: Country and postal code of the buyer, once the page knows.
        recovery: Whether an expired session offers a new one (`after_expiration`).
        declined: What the page says of the last card that was refused.
    """

    id: str
    address: str
    created: int
    expires_at: int
    currency: str
    line_items: tuple[LineItem, ...]
    success_url: str
    cancel_url: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    intent_data: IntentData = field(default_factory=IntentData)
    echoed: dict[str, Any] = field(default_factory=dict)
    allowed_payment_method_types: tuple[str, ...] | None = None
    payment_method_types: tuple[str, ...] = ("card", "sepa_debit")
    adaptive_pricing: bool = True
    recovery: bool = False
    recovered_from: str | None = None
    discount: int = 0
    tax: int = 0
    automatic_tax: bool = False
    place: tuple[str, str] | None = None
    status: str = "open"
    payment_status: str = "unpaid"
    payment_intent: str | None = None
    email: str | None = None
    presentment: Presentment | None = None
    declined: str | None = None

    @property
    def customer(self) -> str | None:
        """The id of the customer for whom it was opened, if any."""
        given = self.echoed.get("customer")
        return None if given is None else str(given)

    @property
    def subtotal(self) -> int:
        """Before discounts and tax, in minor units."""
        return sum(item.subtotal for item in self.line_items)

    @property
    def total(self) -> int:
        """What the buyer pays, in minor units."""
        return sum(item.total for item in self.line_items) - self.discount + self.tax

    @property
    def all_tax(self) -> int:
        """All tax in the total, in minor units."""
        return sum(item.tax for item in self.line_items) + self.tax

    def render(self) -> Json:
        """The object as the API and events show it."""
        return self._what() | self._state() | self._settings()

    def _what(self) -> Json:
        return {
            "id": self.id,
            "object": "checkout.session",
            "amount_subtotal": self.subtotal,
            "amount_total": self.total,
            "currency": self.currency,
            "created": self.created,
            "livemode": False,
            "metadata": dict(self.metadata),
            "mode": "payment",
            "success_url": self.success_url,
            "cancel_url": self.cancel_url,
            "total_details": {
                "amount_discount": self.discount,
                "amount_shipping": 0,
                "amount_tax": self.all_tax,
            },
            **{name: self.echoed.get(name) for name in ECHOED},
        }

    def _state(self) -> Json:
        state: Json = {
            "status": self.status,
            "payment_status": self.payment_status,
            "payment_intent": self.payment_intent,
            "expires_at": self.expires_at,
            "url": self.address if self.status == "open" else None,
            "recovered_from": self.recovered_from,
            "customer_details": self._customer(),
            "currency_conversion": None,
            "after_expiration": self._after_expiration(),
        }
        if self.presentment is not None:
            state["presentment_details"] = self.presentment.render()
        return state

    def _after_expiration(self) -> Json | None:
        if not self.recovery:
            return None
        expired = self.status == "expired"
        return {
            "recovery": {
                "allow_promotion_codes": False,
                "enabled": True,
                "expires_at": self.expires_at + 30 * 86_400 if expired else None,
                "url": f"{self.address.partition('#')[0]}/recover" if expired else None,
            }
        }

    def _customer(self) -> Json | None:
        if self.status != "complete":
            email = self.echoed.get("customer_email")
            return None if email is None else _details(email, name=None, country=None)
        country, postal_code = self.place or ("US", None)
        return _details(self.email, name="Sandbox Buyer", country=country, postal_code=postal_code)

    def _automatic_tax(self) -> Json:
        if not self.automatic_tax:
            return dict.fromkeys(("liability", "provider", "status")) | {"enabled": False}
        return {
            "enabled": True,
            "liability": {"type": "self"},
            "provider": "stripe",
            "status": "complete" if self.place else "requires_location_inputs",
        }

    def _settings(self) -> Json:
        return {
            "adaptive_pricing": {"enabled": self.adaptive_pricing},
            "allowed_payment_method_types": _as_list(self.allowed_payment_method_types),
            "automatic_tax": self._automatic_tax(),
            "branding_settings": dict(_BRANDING),
            "client_secret": None,
            "collected_information": None,
            "consent": None,
            "consent_collection": None,
            "custom_fields": [],
            "custom_text": dict.fromkeys(
                ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance"), None
            ),
            "customer_account": None,
            "customer_creation": "if_required",
            "discounts": [],
            "integration_identifier": None,
            "invoice": None,
            "invoice_creation": {"enabled": False, "invoice_data": dict(_INVOICE_DATA)},
            "managed_payments": None,
            "origin_context": None,
            "payment_link": None,
            "payment_method_collection": "if_required",
            "payment_method_configuration_details": None,
            "payment_method_options": {},
            "payment_method_types": list(self.payment_method_types),
            "permissions": None,
            "phone_number_collection": {"enabled": False},
            "saved_payment_method_options": None,
            "setup_intent": None,
            "shipping_address_collection": None,
            "shipping_cost": None,
            "shipping_options": [],
            "subscription": None,
            "ui_mode": "hosted_page",
            "wallet_options": None,
        }


def _as_list(words: tuple[str, ...] | None) -> list[str] | None:
    return None if words is None else list(words)


def _details(
    email: str | None, *, name: str | None, country: str | None, postal_code: str | None = None
) -> Json:
    address = EMPTY_ADDRESS | {"country": country, "postal_code": postal_code}
    return {
        "address": address if country else None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
