"""What Stripe says when it refuses the key itself (Stripe: Error codes, Restricted API keys)."""

import re
from http import HTTPStatus
from typing import Final

import stripe

from payments.providers.errors import AccessRefused
from payments.providers.stripe.inspection import NEEDED

REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
"""The account's trouble, not that of what was asked (case 55)."""

RESOURCES: Final = {
    "balance_transaction": "Balance and its transactions",
    "charge": "Charges and Refunds",
    "checkout_session": "Checkout Sessions",
    "customer": "Customers",
    "dispute": "Disputes",
    "event": "Events",
    "payment_intent": "Payment Intents",
    "radar": "Radar, early fraud warnings",
    "webhook": "Webhook Endpoints",
}
"""What Stripe's names of permissions are called in its dashboard."""

_PERMISSION: Final = re.compile(r"'rak_(?P<resource>[a-z_]{1,60})_(?P<access>read|write)'")
"""How Stripe's message names the permission that a restricted key lacks."""


def access_refused(error: stripe.StripeError) -> AccessRefused | None:
    """What an error says about the key; None if it is about what was asked.

    The message is not passed on: it may hold a part of the key.
    """
    if error.http_status == HTTPStatus.UNAUTHORIZED:
        return AccessRefused(
            "Stripe refuses STRIPE_SECRET_KEY: it is unknown, expired or revoked.",
            is_found_by_look=True,
        )
    if error.http_status != HTTPStatus.FORBIDDEN:
        return None
    named = _PERMISSION.search(str(error))
    if named is None:
        return AccessRefused("Stripe does not let STRIPE_SECRET_KEY do what is needed (403).")
    return lacks(permission_name(named["resource"], named["access"]))


def permission_name(resource: str, access: str) -> str:
    """A permission as Stripe's dashboard calls it, with what is to be chosen there."""
    known = RESOURCES.get(resource, resource.replace("_", " ").capitalize())
    return f"{known} ({access})"


def lacks(permission: str) -> AccessRefused:
    """The key may not do something that it needs a permission for."""
    resource, _, _ = permission.rpartition(" (")
    return AccessRefused(
        f"STRIPE_SECRET_KEY lacks the permission {permission}.",
        permission=permission,
        is_found_by_look=any(each.name.startswith(f"{resource} (") for each in NEEDED),
    )
