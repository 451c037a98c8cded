"""What is to be entered at Stripe."""

from payments.providers.stripe.sessions import CHECKOUT_EVENTS
from payments.providers.stripe.updates import API_VERSION, LOOKED_UP


def stripe_events() -> str:
    """The events that a webhook endpoint must send, as a list."""
    return "\n".join(f"- `{event}`" for event in sorted(CHECKOUT_EVENTS.keys() | LOOKED_UP))


def stripe_api_version() -> str:
    """The version of Stripe's API that the program reads."""
    return f"`{API_VERSION}`"
