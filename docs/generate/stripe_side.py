"""What is to be entered at Stripe."""

from payments.providers.stripe.reversal_updates import REVERSAL_EVENTS
from payments.providers.stripe.updates import API_VERSION, CHECKOUT_EVENTS


def stripe_events() -> str:
    """The events that a webhook endpoint must send, as a list."""
    return "\n".join(f"- `{event}`" for event in sorted(CHECKOUT_EVENTS.keys() | REVERSAL_EVENTS))


def stripe_api_version() -> str:
    """The version of Stripe's API that the program reads."""
    return f"`{API_VERSION}`"
