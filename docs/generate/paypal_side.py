"""What is to be entered at PayPal, and what it takes."""

from payments.providers.paypal.amounts import CURRENCIES
from payments.providers.paypal.events import USED


def paypal_events() -> str:
    """The events that a webhook must send, as a list."""
    return "\n".join(f"- `{event}`" for event in sorted(USED))


def paypal_currencies() -> str:
    """The currencies that PayPal takes, in a sentence."""
    *others, last = sorted(CURRENCIES)
    return f"{', '.join(others)} and {last}"
