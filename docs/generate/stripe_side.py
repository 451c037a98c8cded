"""What is to be entered at Stripe."""

from payments.providers.stripe.reading import API_VERSION, CHECKOUT_EVENTS
from payments.providers.stripe.reversals import REVERSAL_EVENTS


def stripe_events() -> str:
    """The events that a webhook endpoint must send, as a list."""
    return "\n".join(f"- `{event}`" for event in sorted(CHECKOUT_EVENTS.keys() | REVERSAL_EVENTS))


def stripe_api_version() -> str:
    """The version of Stripe's API that the program reads."""
    return f"`{API_VERSION}`"
