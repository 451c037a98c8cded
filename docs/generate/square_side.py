"""What is to be entered at Square."""

from payments.providers.square.events import USED


def square_events() -> str:
    """The events that a subscription must send, as a list."""
    return "\n".join(f"- `{event}`" for event in sorted(USED))
