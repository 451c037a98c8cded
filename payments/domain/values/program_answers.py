"""What another program says of an order."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramAnswer:
    """What a program says of an order.

    Attributes:
        fulfilled: Whether the buyer has what they ordered; it is denied if not.
        words: A note to the buyer, or why it is denied, unescaped; may be empty.
    """

    fulfilled: bool
    words: str = ""
